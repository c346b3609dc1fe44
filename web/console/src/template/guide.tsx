// What organizations, members, roles and permissions are to each other; only to read. The example shows two people who belong
// to the same organizations with different roles.
import { Button, Drawer, Text, Title } from '@mantine/core';
import { IconBook2, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { Picture } from '../ui/picture.tsx';

type RoleName = 'admin' | 'viewer';

const organizations = ['Acme', 'Globex'] as const;
const people: { name: string; roles: Record<typeof organizations[number], RoleName> }[] = [
  { name: 'Ada', roles: { Acme: 'admin', Globex: 'viewer' } },
  { name: 'Ben', roles: { Acme: 'viewer', Globex: 'admin' } },
];
const allowed: Record<RoleName, string[]> = { admin: ['read:invoice', 'write:invoice', 'invite:member'], viewer: ['read:invoice'] };

function Example() {
  const [at, setAt] = useState<{ person: string; organization: typeof organizations[number] }>({ person: 'Ada', organization: 'Acme' });
  const role = people.find(({ name }) => name === at.person)!.roles[at.organization], words = t.template.guide;
  return <figure className="guide-example">
    <table><thead><tr><th scope="col"><span className="hidden">{words.person}</span></th>{organizations.map((one) => <th key={one} scope="col">
      <span className="guide-who"><Picture name={one} size={20} />{one}</span></th>)}</tr></thead>
      <tbody>{people.map((person) => <tr key={person.name}>
        <th scope="row"><span className="guide-who"><Picture name={person.name} size={20} round />{person.name}</span></th>
        {organizations.map((organization) => {
          const choose = () => setAt({ person: person.name, organization });
          return <td key={organization}><button type="button" className="guide-role" onMouseEnter={choose} onFocus={choose} onClick={choose}
            aria-pressed={at.person === person.name && at.organization === organization}>{words[person.roles[organization]]}</button></td>;
        })}
      </tr>)}</tbody></table>
    <ul aria-hidden>{allowed.admin.map((one) => <li key={one} className={allowed[role].includes(one) ? 'has' : undefined}>
      <IconCheck size={16} stroke={1.5} />{one}</li>)}</ul>
    <figcaption role="status">{words.may(at.person, at.organization, words[role], allowed[role].join(', '))}</figcaption>
  </figure>;
}

export function Guide({ close }: { close: () => void }) {
  const words = t.template.guide;
  return <Drawer opened onClose={close} title={words.title} position="right" size={480} closeButtonProps={{ 'aria-label': t.common.close }}>
    <dl className="guide-terms">{words.terms.map(([term, text]) => <div key={term}><dt>{term}</dt><dd>{text}</dd></div>)}</dl>
    <Title order={3}>{words.example}</Title>
    <Text c="dimmed">{words.exampleText}</Text>
    <Example />
  </Drawer>;
}

export function GuideButton() {
  const [shown, setShown] = useState(false);
  return <>
    <Button variant="default" leftSection={<IconBook2 size={16} stroke={1.5} />} onClick={() => setShown(true)}>{t.template.guide.button}</Button>
    {shown && <Guide close={() => setShown(false)} />}
  </>;
}
