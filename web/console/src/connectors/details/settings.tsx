import { Button, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { later } from '../../locales/later.ts';
import { Card } from '../../ui/details.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { connector, update } from '../api.ts';
import { useDelete } from '../deletion.tsx';
import { configOf, faultsIn, fieldsOf, valuesOf, type Config, type Values } from '../fields.ts';
import { Guide } from '../guide.tsx';
import { ConfigFields } from '../inputs.tsx';
import type { MessageType } from '../passwordless.tsx';
import { Trial } from '../trial.tsx';

export default function ConnectorSettings() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(connector(id)).data, words = later.connectors, askDelete = useDelete();
  if (!it) return null;	// the page above shows why
  const items = it.formItems, stored = it.config as Config, config = (values: Values) => configOf(items, values, stored);
  return <>
    <SaveForm initial={valuesOf(fieldsOf(items), stored)} check={(values) => faultsIn(items, values)} calls={(values) => [update(id, { config: config(values) })]}>
      {(form) => <div className="side-by-side">
        <div>
          <Card title={words.configuration}><ConfigFields form={form} items={items} /></Card>
          <Trial type={it.type as MessageType} factory={it.connectorId} config={() => form.ready() ? config(form.values) : undefined} />
        </div>
        <Guide factory={{ ...it, id: it.connectorId }} />
      </div>}
    </SaveForm>
    <Card title={words.danger} danger><div className="row">
      <Text className="grow">{words.deleteText}</Text>
      <Button variant="outline" color="danger" onClick={() => askDelete(it)}>{words.delete}</Button>
    </div></Card>
  </>;
}
