import { NativeSelect } from '@mantine/core';
import { t } from '../locales/index.ts';
import { WholeNumber } from '../ui/whole-number.tsx';
import { units, type Unit } from './lifetime.ts';

export interface Lifetime { n: number | string; unit: Unit }

/** A number and its unit beside each other. */
export function LifetimeField({ label, description, name, value: { n, unit }, error, onChange, required = false }: { label: string; description?: string; name: string;
  value: Lifetime; error?: string | undefined; onChange: (next: Lifetime) => void; required?: boolean }) {
  return <div className="pair">
    <WholeNumber label={label} description={description} required={required} name={name} min={1} value={n} error={error} onChange={(next) => onChange({ n: next, unit })} />
    <NativeSelect label={t.signingKeys.unit} value={unit} onChange={(event) => onChange({ n, unit: event.currentTarget.value as Unit })}
      data={(Object.keys(units) as Unit[]).map((value) => ({ value, label: t.signingKeys.units[value] }))} />
  </div>;
}
