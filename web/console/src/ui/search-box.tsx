// Searches on Enter or by its button, not while somebody types (console-ux.md section 1). The button is there when there is something to search for.
import { ActionIcon, TextInput } from '@mantine/core';
import { IconCornerDownLeft, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { t } from '../locales/index.ts';

export function SearchBox({ value, label, search, first = false }: { value: string; label: string; search: (word: string) => void;
  /** It has the focus when its dialog opens. */
  first?: boolean }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  // no form of its own: it stands in other forms too
  const press = (event: KeyboardEvent) => { if (event.key === 'Enter') { event.preventDefault(); search(text); } };
  const waits = text.trim() !== value.trim(), clears = Boolean(value || text);
  return <div role="search" className="search-box">
    <TextInput {...(first ? { 'data-autofocus': true, autoFocus: true } : {})} value={text} onKeyDown={press} onChange={(event) => setText(event.currentTarget.value)} placeholder={label} aria-label={label} enterKeyHint="search"
      leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
      rightSectionWidth={waits && clears ? 60 : 32}
      rightSection={<>
        {waits && <ActionIcon size={24} aria-label={t.common.search} title={t.common.search} onClick={() => search(text)}><IconCornerDownLeft size={16} stroke={1.5} /></ActionIcon>}
        {clears && <ActionIcon size={24} aria-label={t.common.clear} onClick={() => { setText(''); search(''); }}><IconX size={16} stroke={1.5} /></ActionIcon>}
      </>} />
  </div>;
}
