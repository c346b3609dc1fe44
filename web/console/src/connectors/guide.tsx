// What to do to set up a connector.
import { Skeleton, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { language, t } from '../locales/index.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { describe, type Factory } from './api.ts';

const sample = (type: string) => JSON.stringify({ to: type === 'Sms' ? '49301234567' : 'ada@example.com', type: 'SignIn', payload: { code: '123456', locale: 'en', application: { id: 'w7k2', name: 'Shop' } },
  ip: '203.0.113.7' }, null, 2);

/** By the id of the factory. */
type Guides = Record<string, { steps: string[] }>;

const guidesIn: Record<string, () => Promise<{ guides: Guides }>> = {
  en: () => import('../locales/en/connector-guides.ts'),
  de: () => import('../locales/de/connector-guides.ts'),
  es: () => import('../locales/es/connector-guides.ts'),
  fr: () => import('../locales/fr/connector-guides.ts'),
  ja: () => import('../locales/ja/connector-guides.ts'),
};

function useGuides(): Guides | undefined {
  const [guides, set] = useState<Guides>();
  useEffect(() => { void (guidesIn[language] ?? guidesIn['en']!)().then((loaded) => set(loaded.guides)); }, []);
  return guides;
}

export function Guide({ factory }: { factory: Factory }) {
  const words = t.connectors, guides = useGuides(), guide = guides?.[factory.id];
  return <aside className="card connector-guide" aria-label={words.guide}>
    <Title order={2}>{words.guide}</Title>
    {guide ? <ol>{guide.steps.map((step) => <li key={step}>{step}</li>)}</ol> : guides ? <p>{describe(factory)}</p> : <Skeleton height={160} mt="md" />}
    {factory.id.startsWith('http-') && <><Title order={3}>{words.sample}</Title><CodeBlock text={sample(factory.type)} label={words.sample} /></>}
  </aside>;
}
