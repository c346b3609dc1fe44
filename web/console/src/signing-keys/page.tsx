import { Checkbox, Input } from '@mantine/core';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { same, type Form } from '../ui/form.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { idToken, session, setIdToken, updateSession, type IdToken } from './api.ts';
import { CookieKeys, SigningKeys } from './keys.tsx';
import { LifetimeField, type Lifetime } from './lifetime-field.tsx';
import { secondsOf, spoken } from './lifetime.ts';

const words = t.signingKeys;

type Claim = NonNullable<IdToken['enabledExtendedClaims']>[number];
interface Values { ttl: Lifetime; claims: Claim[] }

const claims = Object.keys(words.claims) as Claim[];
const longest = 31_536_000;	// the API's: a year
const ttlOf = ({ ttl: { n, unit } }: Values) => secondsOf(n, unit, 1, longest);

function callsOf(values: Values, before: Values) {
  const ttl = ttlOf(values);
  return [...ttl !== undefined && ttl !== ttlOf(before) ? [updateSession(ttl)] : [],
    ...same(values.claims, before.claims) ? [] : [setIdToken({ enabledExtendedClaims: values.claims })]];
}

function Claims({ form: { values, set, faults } }: { form: Form<Values> }) {
  const put = (claim: Claim, on: boolean) => set({ claims: claims.filter((one) => one === claim ? on : values.claims.includes(one)) });
  return <Card title={words.idToken} text={words.idTokenText} wide>
    <div className="checks" role="group" aria-label={words.idToken}>{claims.map((one) => <Checkbox key={one} label={words.claims[one]} description={<code>{one}</code>}
      checked={values.claims.includes(one)} onChange={(event) => put(one, event.currentTarget.checked)} />)}</div>
    {faults.claims && <Input.Error role="alert">{faults.claims}</Input.Error>}
  </Card>;
}

function Settings() {
  const lasts = useThing(session()), tokens = useThing(idToken()), error = lasts.error ?? tokens.error;
  if (error && !(lasts.data && tokens.data)) return <Failure error={error} retry={() => { void lasts.refetch(); void tokens.refetch(); }} />;
  if (!lasts.data || !tokens.data) return <FormSkeleton fields={2} />;
  const enabled = tokens.data.enabledExtendedClaims ?? [];
  const initial: Values = { ttl: spoken(lasts.data.ttl ?? 0), claims: claims.filter((one) => enabled.includes(one)) };
  return <SaveForm initial={initial} calls={callsOf} check={(values) => ttlOf(values) === undefined ? { ttl: words.session.fault } : {}}
    paths={{ claims: 'enabledExtendedClaims' }}>
    {(form) => <>
      <Card title={words.session.title} text={words.session.text}>
        <LifetimeField label={words.session.lifetime} description={words.session.help} name="ttl" required value={form.values.ttl} error={form.faults.ttl}
          onChange={(ttl) => form.set({ ttl })} />
      </Card>
      <Claims form={form} />
    </>}
  </SaveForm>;
}

export default function SigningKeysAndSessions() {
  return <><PageHeader title={words.title} text={words.text} /><Settings /><SigningKeys /><CookieKeys /></>;
}
