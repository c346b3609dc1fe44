// The sign-in page beside a form of the tenant's experience, with a choice of screen and language.
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { lookValues, shownLook } from '../ui/look.tsx';
import { SignInPreview, type Look } from '../ui/sign-in-preview.tsx';
import { experience, type Experience, type Phrases } from './api.ts';
import { languageName, useLanguages } from './languages/languages.ts';

const words = t.experience;
type Screen = keyof typeof words.screens;

interface Props {
  /** What is not saved yet; what is missing is shown as it is saved. */
  look?: Look;
  shown?: Partial<Omit<Experience, 'color' | 'branding'>> & { socialConnectors?: unknown };
  /** These texts in this language, with no choice of another. */
  language?: string;
  phrases?: Phrases;
  first?: Screen;
}

export const savedLook = (it: Experience): Look => shownLook(lookValues(it, it.color));

export function ExperiencePreview({ look, shown, language, phrases, first = '/sign-in' }: Props) {
  const it = useThing(experience()).data, tags = useLanguages();
  const [screen, setScreen] = useState<Screen>(first), [chosen, setChosen] = useState('');
  if (!it) return null;
  const tools = <>
    <NativeSelect aria-label={words.screen} value={screen} onChange={(event) => setScreen(event.currentTarget.value as Screen)}
      data={Object.entries(words.screens).map(([value, label]) => ({ value, label }))} />
    {!language && <NativeSelect aria-label={words.language} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}
      data={[{ value: '', label: words.asDetected }, ...(tags ?? []).map((tag) => ({ value: tag, label: languageName(tag) }))]} />}
  </>;
  const tag = language ?? chosen;
  return <SignInPreview look={look ?? savedLook(it)} path={screen} tools={tools} {...(shown ? { experience: shown } : {})}
    {...(tag ? { language: tag } : {})} {...(phrases ? { phrases } : {})} />;
}
