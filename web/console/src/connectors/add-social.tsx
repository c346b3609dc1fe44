// Which service people sign in with: one that everybody knows, or any that speaks a protocol.
import { Modal, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { Failure } from '../ui/failure.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base, connectors, factories } from './api.ts';
import { FactoryChoices } from './choose.tsx';

export default function AddSocial() {
  const all = useThing(factories()), there = useThing(connectors()), navigate = useNavigate(), words = later.connectors.social;
  const close = () => void navigate({ to: `${base}/social` }), error = all.error ?? there.error;
  const kinds = all.data?.filter(({ type }) => type === 'Social');
  const free = kinds?.filter(({ id, isStandard }) => isStandard || !there.data?.some(({ connectorId }) => connectorId === id));
  const groups = [[words.known, free?.filter(({ isStandard }) => !isStandard)], [words.standard, free?.filter(({ isStandard }) => isStandard)]] as const;
  return <Modal opened onClose={close} title={words.addTitle} size={640} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="fields">
      {error && !(all.data && there.data) ? <Failure error={error} retry={() => { void all.refetch(); void there.refetch(); }} />
        : !all.data || !there.data ? <FormSkeleton fields={3} />
        : groups.map(([title, of]) => of && of.length > 0 && <section key={title} aria-label={title}><Title order={3} mb="sm">{title}</Title><FactoryChoices of={of} /></section>)}
    </div>
  </Modal>;
}
