import { Anchor, Button, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { later } from '../../locales/later.ts';
import { base as signIn, experience } from '../../sign-in-experience/api.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { connector, update } from '../api.ts';
import { useDelete } from '../deletion.tsx';
import { Guide } from '../guide.tsx';
import { socialBody, socialFaults, socialRules, socialValues } from '../social-fields.ts';
import { SocialFields } from '../social-form.tsx';

export default function SocialSettings() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(connector(id)).data, targets = useThing(experience()).data?.socialSignInConnectorTargets, words = later.connectors.social, askDelete = useDelete();
  if (!it) return null;	// the page above shows why
  return <>
    {targets && !targets.includes(it.target) && <div className="above"><Callout kind="warning">{words.notShown} <Anchor component={Link} to={`${signIn}/sign-up-and-sign-in`}>{words.showIt}</Anchor></Callout></div>}
    <SaveForm initial={socialValues(it, it)} check={(values) => socialFaults(it, values)} {...socialRules} calls={(values) => [update(id, socialBody(it, values, it))]}>
      {(form) => <div className="side-by-side"><div><SocialFields form={form} kind={it} id={id} /></div><Guide factory={{ ...it, id: it.connectorId }} /></div>}
    </SaveForm>
    <Card title={later.connectors.danger} danger><div className="row">
      <Text className="grow">{words.deleteText}</Text>
      <Button variant="outline" color="danger" onClick={() => askDelete(it)}>{later.connectors.delete}</Button>
    </div></Card>
  </>;
}
