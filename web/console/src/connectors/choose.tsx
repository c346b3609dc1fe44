// Which service sends the messages.
import { Modal, Text } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { Failure, NotFound } from '../ui/failure.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base, connectors, factories, type Factory } from './api.ts';
import { Logo } from './icon.tsx';
import { describe, nameOf } from './names.ts';

export function FactoryChoices({ of }: { of: readonly Factory[] }) {
  return <ul className="guide-choices">{of.map((one) => <li key={one.id}><Link className="guide-choice" to={`${base}/set-up/${one.id}`}>
    <Logo of={one} /><span className="lines"><span className="name">{nameOf(one)}</span><span className="detail">{describe(one)}</span></span>
  </Link></li>)}</ul>;
}

export default function ChooseFactory() {
  const { type } = useParams({ strict: false }) as { type: string }, navigate = useNavigate(), words = t.connectors;
  const all = useThing(factories()), there = useThing(connectors()).data?.find((one) => one.type === type);
  const close = () => void navigate({ to: `${base}/passwordless` });
  const isKnown = type === 'Email' || type === 'Sms';
  return <Modal opened onClose={close} title={isKnown ? words.choose[type] : words.setUp} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="fields">
      {!isKnown ? <NotFound /> : all.error && !all.data ? <Failure error={all.error} retry={() => void all.refetch()} /> : !all.data ? <FormSkeleton fields={2} />
        : <FactoryChoices of={all.data.filter((one) => one.type === type)} />}
      {there && <Callout>{words.replaces(nameOf(there))}</Callout>}
      {isKnown && all.data && <Text size="xs" c="dimmed">{words.typeText[type]}</Text>}
    </div>
  </Modal>;
}
