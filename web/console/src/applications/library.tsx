// The library of guides: what an application is written with decides of which type it is.
import { Button, SegmentedControl, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { groups, guides, type Guide } from './guides/guides.ts';
import { kindOf, typeName } from './kinds.tsx';

const fits = (guide: Guide, word: string) =>
  `${guide.name} ${guide.words ?? ''} ${typeName(guide.type)}`.toLowerCase().includes(word.trim().toLowerCase());

function Choice({ guide, open }: { guide: Guide; open: (guide: string) => void }) {
  return <li><UnstyledButton className="guide-choice" onClick={() => open(guide.id)}>
    <guide.icon size={20} stroke={1.5} aria-hidden />
    <span className="lines"><span className="name">{guide.name}</span><span className="detail">{guide.uses}</span></span>
  </UnstyledButton></li>;
}

/** Opens the dialog of a guide, or the one without. */
function useBegin(thirdParty: boolean) {
  const navigate = useNavigate();
  return (guide: string) => void navigate({ to: '/applications/create', search: { guide, ...(thirdParty ? { party: 'third' } : {}) } as never });
}

export function WithoutGuide({ thirdParty = false }: { thirdParty?: boolean }) {
  const open = useBegin(thirdParty);
  return <Button variant="default" onClick={() => open('none')}>{t.applications.library.without}</Button>;
}

export function Library({ title, thirdParty = false }: { title?: string; thirdParty?: boolean }) {
  const [word, setWord] = useState(''), [group, setGroup] = useState('all');
  const open = useBegin(thirdParty);
  const offered = guides.filter((one) => fits(one, word) && (!thirdParty || kindOf(one.type).canBeThirdParty));
  const shown = groups.filter((one) => group === 'all' || group === one).map((one) => ({ group: one, guides: offered.filter((guide) => guide.group === one) }))
    .filter((one) => one.guides.length > 0);
  const choices = [{ value: 'all', label: t.applications.library.all }, ...groups.filter((one) => guides.some((guide) => guide.group === one && (!thirdParty || kindOf(guide.type).canBeThirdParty)))
    .map((one) => ({ value: one, label: t.applications.library.groups[one] }))];
  return <section className="library" aria-label={t.applications.library.title}>
    {title && <div className="library-head">
      <div className="grow"><Title order={2}>{title}</Title><Text c="dimmed">{t.applications.library.text}</Text></div><WithoutGuide thirdParty={thirdParty} />
    </div>}
    <div className="library-tools">
      <TextInput value={word} onChange={(event) => setWord(event.currentTarget.value)} placeholder={t.applications.library.search} aria-label={t.applications.library.search}
        leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />} />
      <SegmentedControl value={group} onChange={setGroup} data={choices} aria-label={t.applications.library.title} />
    </div>
    {shown.map((one) => <section key={one.group} aria-label={t.applications.library.groups[one.group]}>
      <h3>{t.applications.library.groups[one.group]}</h3>
      <ul className="guide-choices">{one.guides.map((guide) => <Choice key={guide.id} guide={guide} open={open} />)}</ul>
    </section>)}
    {shown.length === 0 && <Text c="dimmed" role="status">{t.common.table.noMatch(word)}</Text>}
  </section>;
}
