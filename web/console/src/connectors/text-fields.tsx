// The fields of one text of a mail, with what can be filled in.
import { Button, Group, Input, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { later } from '../locales/later.ts';
import { placesOf, type MailText } from './texts.ts';

interface Props { type: string; text: MailText; faults: { subject?: string | undefined; content?: string | undefined }; change: (more: Partial<MailText>) => void }

export function TextFields({ type, text, faults, change }: Props) {
  const words = later.connectors.texts, area = useRef<HTMLTextAreaElement>(null);
  /** Where the cursor stands. */
  const insert = (place: string) => {
    const at = area.current?.selectionStart ?? text.content.length, mark = `{{${place}}}`;
    change({ content: text.content.slice(0, at) + mark + text.content.slice(area.current?.selectionEnd ?? at) });
    requestAnimationFrame(() => { area.current?.focus(); area.current?.setSelectionRange(at + mark.length, at + mark.length); });
  };
  return <>
    <TextInput required label={words.subject} name="subject" value={text.subject} error={faults.subject} dir="auto" onChange={(event) => change({ subject: event.currentTarget.value })} />
    <Input.Wrapper label={words.format} labelElement="div">
      <div><SegmentedControl aria-label={words.format} value={text.contentType} onChange={(contentType) => change({ contentType: contentType as MailText['contentType'] })}
        data={(['text/html', 'text/plain'] as const).map((value) => ({ value, label: words.formats[value] }))} /></div>
    </Input.Wrapper>
    <Textarea ref={area} required label={words.content} name="content" value={text.content} error={faults.content} minRows={10} maxRows={30} spellCheck={false} className="code-area" dir="auto"
      onChange={(event) => change({ content: event.currentTarget.value })} />
    <Group gap="xs" role="group" aria-label={words.places}><span className="detail none">{words.places}</span>{Object.keys(placesOf(type)).map((place) => <Button key={place} variant="default" size="compact-sm" type="button"
      aria-label={words.insert(place)} onClick={() => insert(place)}><code>{place}</code></Button>)}</Group>
  </>;
}
