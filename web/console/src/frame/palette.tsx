// Ctrl-K: any organization, person, app or page, by its name.
import { Modal, ScrollArea, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useId, useState } from 'react';
import { addressOf } from '../api/call.ts';
import { sendList } from '../api/client.ts';
import { t } from '../locales/index.ts';
import { finders, navigation, type Finder, type Found } from '../routes.tsx';
import { Picture } from '../ui/picture.tsx';
import { useSettled } from '../ui/settled.ts';

interface Group { label: string; found: Found[] }

const pagesFor = (word: string): Found[] => navigation.flatMap((group) => group.entries)
  .filter((one) => one.label.toLowerCase().includes(word.toLowerCase())).map((one) => ({ title: one.label, path: one.path }));

const mostOfAKind = 6;

/** The rows as they are shown; of a list that came whole, those whose name or second line has the word. */
export function foundBy(finder: Finder, rows: readonly unknown[], word: string): Found[] {
  if (!finder.whole) return rows.slice(0, mostOfAKind).map(finder.found);
  const fits = ({ title, detail }: Found) => `${title}\n${detail ?? ''}`.toLowerCase().includes(word.toLowerCase());
  return rows.map(finder.found).filter(fits).slice(0, mostOfAKind);
}

function useFound(word: string): Group[] {
  const asked = useSettled(word.trim(), 150);
  const answers = useQueries({ queries: finders.map((finder) => {
    const one = finder.list(asked);
    return { queryKey: ['list', addressOf(one)], queryFn: () => sendList(one), enabled: asked !== '' };
  }) });
  const groups = finders.map((finder, i) => ({ label: finder.label(), found: asked ? foundBy(finder, answers[i]?.data?.rows ?? [], asked) : [] }));
  return [...groups, { label: t.frame.palette.pages, found: pagesFor(word.trim()) }].filter(({ found }) => found.length > 0);
}

export default function CommandPalette({ close }: { close: () => void }) {
  const [word, setWord] = useState(''), [at, setAt] = useState(0);
  const newest = useFound(word), groups = useDeferredValue(newest), all = groups.flatMap(({ found }) => found);
  const navigate = useNavigate(), id = useId();
  useEffect(() => setAt(0), [word]);
  useEffect(() => { document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' }); }, [at, id]);
  const open = (one: Found | undefined) => { if (one) { close(); void navigate({ to: one.path }); } };
  const press = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) { event.preventDefault(); setAt((at + step + all.length) % all.length); }
    // whoever types and presses Enter at once means what was typed, not a list that is still to be drawn anew
    if (event.key === 'Enter') { event.preventDefault(); open(newest.flatMap(({ found }) => found)[at]); }
  };
  let n = -1;
  return <Modal opened onClose={close} withCloseButton={false} padding={0} size={560} yOffset="12vh" centered={false} aria-label={t.common.search} className="palette">
    <TextInput data-autofocus autoFocus value={word} onChange={(event) => setWord(event.currentTarget.value)} onKeyDown={press} variant="unstyled"
      className="palette-input" leftSectionWidth={52} leftSection={<IconSearch size={20} stroke={1.5} aria-hidden />} placeholder={t.frame.palette.placeholder}
      aria-label={t.frame.palette.placeholder} role="combobox" aria-expanded aria-controls={`${id}-list`} aria-activedescendant={all[at] && `${id}-${at}`} />
    <ScrollArea.Autosize mah="50vh" type="auto" scrollbars="y">
      <div role="listbox" id={`${id}-list`} aria-label={t.common.search} className="palette-list">
        {groups.map((group) => <div role="group" aria-label={group.label} key={group.label}>
          <div className="palette-group" aria-hidden>{group.label}</div>
          {group.found.map((one) => {
            const mine = ++n;
            return <UnstyledButton key={one.path} id={`${id}-${mine}`} role="option" aria-selected={mine === at} tabIndex={-1} className="palette-row"
              onMouseMove={() => setAt(mine)} onClick={() => open(one)}>
              {one.picture !== undefined && <Picture name={one.title} src={one.picture} size={20} round={one.round ?? false} />}
              <bdi>{one.title}</bdi>{one.detail && <span className="detail">{one.detail}</span>}
            </UnstyledButton>;
          })}
        </div>)}
      </div>
      {all.length === 0 && <p className="palette-nothing" role="status">{t.frame.palette.nothing}</p>}
    </ScrollArea.Autosize>
    <p className="palette-help">{t.frame.palette.help}</p>
  </Modal>;
}
