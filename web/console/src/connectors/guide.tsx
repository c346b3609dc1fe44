// What to do to set up a connector.
import { Title } from '@mantine/core';
import { t } from '../locales/index.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import type { Factory } from './api.ts';
import { describe } from './names.ts';

const sample = (type: string) => JSON.stringify({ to: type === 'Sms' ? '49301234567' : 'ada@example.com', type: 'SignIn', payload: { code: '123456', locale: 'en', application: { id: 'w7k2', name: 'Shop' } },
  ip: '203.0.113.7' }, null, 2);

export function Guide({ factory }: { factory: Factory }) {
  const words = t.connectors, guide = (t.connectorGuides as Record<string, { steps: string[] }>)[factory.id];
  return <aside className="card connector-guide" aria-label={words.guide}>
    <Title order={2}>{words.guide}</Title>
    {guide ? <ol>{guide.steps.map((step) => <li key={step}>{step}</li>)}</ol> : <p>{describe(factory)}</p>}
    {factory.id.startsWith('http-') && <><Title order={3}>{words.sample}</Title><CodeBlock text={sample(factory.type)} label={words.sample} /></>}
  </aside>;
}
