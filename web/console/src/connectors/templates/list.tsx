import { Anchor, Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { languageName } from '../../sign-in-experience/languages/languages.ts';
import { Callout } from '../../ui/callout.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { base, connectors, putTemplate, removeTemplate, templates, type Template } from '../api.ts';
import { hasTexts } from '../fields.ts';
import { nameOf } from '../names.ts';
import { firstText, typeName } from '../texts.ts';

const words = t.connectors.texts;

/** Whether anybody gets these texts now. */
function Used() {
  const all = useThing(connectors()).data, mails = all?.find(({ type }) => type === 'Email');
  if (!all || (mails && hasTexts(mails.formItems))) return null;
  return <div className="above">{mails ? <Callout>{words.byService(nameOf(mails))}</Callout>
    : <Callout kind="warning">{words.noConnector} <Anchor component={Link} to={`${base}/passwordless/choose/Email`}>{t.connectors.setUpOf(t.connectors.types.Email)}</Anchor></Callout>}</div>;
}

export function useDeleteText() {
  const ask = useConfirm();
  return ({ id, templateType, languageTag }: Template, done?: () => void) => ask({ title: words.delete, text: words.deleteText(typeName(templateType), languageName(languageTag)),
    button: words.delete, calls: () => [removeTemplate(id)], ...(done ? { done } : {}) });
}

export default function EmailTexts() {
  const navigate = useNavigate(), askDelete = useDeleteText();
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `${base}/email-texts/create` })}>{words.create}</Button>;
  const nameOfRow = ({ templateType, languageTag }: Template) => `${typeName(templateType)} (${languageTag})`;
  return <>
    <p className="none above">{words.listText}</p>
    <Used />
    <DataTable label={words.list} list={templates} whole={(one) => `${nameOfRow(one)} ${languageName(one.languageTag)} ${one.details.subject}`} id={({ id }) => id} name={nameOfRow}
      open={({ id }) => `${base}/email-texts/${id}`} search={words.search} action={begin}
      menu={(one) => [{ label: t.common.edit, icon: IconPencil, run: () => void navigate({ to: `${base}/email-texts/${one.id}` }) },
        { label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(one) }]}
      columns={[
        { title: words.type, cell: ({ templateType }) => <span className="lines"><span className="whole">{typeName(templateType)}</span></span> },
        { title: words.language, cell: ({ languageTag }) => <bdi>{languageName(languageTag)}</bdi> },
        { title: words.subject, cell: ({ details }) => <bdi>{details.subject}</bdi>, wide: true },
      ]}
      empty={<Empty drawing="mail" title={words.createFirst} text={words.empty} action={begin}
        calls={() => [putTemplate({ languageTag: 'de', templateType: 'SignIn', details: { ...firstText('SignIn') } })]} />} />
    <Outlet />
  </>;
}
