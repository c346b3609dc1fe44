// A JSON object as text, with numbered lines; a fault stands at its line.
import { Input } from '@mantine/core';
import { useId, useRef } from 'react';
import { t } from '../locales/index.ts';
import { jsonFault } from './json.ts';

/** For `check` of a form: why the text is no JSON object. */
export function objectFault(text: string): string | undefined {
  const fault = jsonFault(text);
  if (fault) return t.common.error.json(fault.line, fault.why);
  const value = JSON.parse(text) as unknown;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : t.common.error.jsonObject;
}

export interface JsonEditorProps { label: string; description?: string; name?: string; value: string; onChange: (text: string) => void;
  error?: string | undefined; rows?: number; readOnly?: boolean;
  /** Nothing is right too. */
  optional?: boolean }

export function JsonEditor({ label, description, name, value, onChange, error, rows = 6, readOnly = false, optional = false }: JsonEditorProps) {
  const id = useId(), lines = useRef<HTMLDivElement>(null);
  const count = value.split('\n').length, fault = optional && value.trim() === '' ? undefined : jsonFault(value);
  const shown = fault ? t.common.error.json(fault.line, fault.why) : error;
  const follow = (event: React.UIEvent<HTMLTextAreaElement>) => { if (lines.current) lines.current.scrollTop = event.currentTarget.scrollTop; };
  return <Input.Wrapper id={id} label={label} description={description} error={shown} inputWrapperOrder={['label', 'input', 'description', 'error']}>
    <div className={`json-editor${shown ? ' wrong' : ''}`} style={{ height: Math.min(Math.max(count, rows), 24) * 20 + 16 }}>
      <div className="lines" ref={lines} aria-hidden>{Array.from({ length: count }, (_, i) => <div key={i}
        className={fault?.line === i + 1 ? 'wrong' : undefined}>{i + 1}</div>)}</div>
      <textarea id={id} name={name} value={value} readOnly={readOnly} spellCheck={false} wrap="off" aria-invalid={Boolean(shown)}
        aria-describedby={shown ? `${id}-error` : undefined} onScroll={follow} onChange={(event) => onChange(event.currentTarget.value)} />
    </div>
  </Input.Wrapper>;
}
