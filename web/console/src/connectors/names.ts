// How a factory and a connector are called. The API says it in English only; what is a word rather than a brand is in the catalogue.
import { language, t } from '../locales/index.ts';
import type { Factory } from './api.ts';

const here = (texts: Record<string, string>, id: string): string | undefined => texts[id];
const inLanguage = (texts: Record<string, string>): string | undefined => texts[language] ?? texts['en'] ?? Object.values(texts)[0];

/** Names of connectors may come in several languages. */
export function nameOf({ name, id, connectorId = id }: Pick<Factory, 'name' | 'id'> & { connectorId?: string }): string {
  return here(t.connectors.factoryNames, connectorId) ?? inLanguage(name as Record<string, string>) ?? id;
}

export function describe({ description, id }: Pick<Factory, 'description' | 'id'>): string {
  return here(t.connectors.factoryTexts, id) ?? inLanguage(description as Record<string, string>) ?? '';
}
