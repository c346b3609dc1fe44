// The buttons of social connectors on the sign-in page.
import { Anchor, Input, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { nameOf } from '../connectors/names.ts';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import type { Form } from '../ui/form.ts';
import { Ordered } from '../ui/ordered.tsx';
import type { Connector } from './api.ts';
import { moved, type Values } from './identifiers.ts';

const words = t.experience.methods;

interface Part { form: Form<Values>; connectors: readonly Connector[] }

export function SocialCard({ form, connectors }: Part) {
  const { values: { social }, set, faults } = form, there = connectors.filter(({ type }) => type === 'Social');
  const named = (target: string) => { const one = there.find((each) => each.target === target); return one ? nameOf(one) : target; };
  return <Card title={words.social} text={words.socialText}>
    {there.length === 0 ? <Callout>{words.noSocialConnector} <Anchor component={Link} to="/connectors/social">{words.socialLink}</Anchor></Callout> : <>
      <Ordered label={words.social} nothing={words.noSocial} rows={social.map((id) => ({ id, name: named(id) }))} move={(i, step) => set({ social: moved(social, i, step) })}
        remove={(i) => set({ social: social.filter((_, at) => at !== i) })} add={(id) => set({ social: [...social, id] })}
        addable={there.filter(({ target }) => !social.includes(target)).map(({ target }) => ({ id: target, name: named(target) }))} />
      {faults.social && <Input.Error role="alert">{faults.social}</Input.Error>}
      <Switch label={words.linksBySelf} description={words.linksBySelfHelp} {...form.check('linksBySelf')} />
      <Switch label={words.asksMissing} description={words.asksMissingHelp} {...form.check('asksMissing')} />
    </>}
  </Card>;
}

/** What the preview shows of them, as the public experience has it. */
export const shownSocial = (targets: readonly string[], connectors: readonly Connector[]) => ({ socialConnectors: targets.flatMap((target) =>
  connectors.filter((one) => one.target === target).map(({ id, name, logo, logoDark, platform }) => ({ id, target, name, logo, logoDark, platform }))) });
