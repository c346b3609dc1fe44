// Before something sensitive the person proves who they are: by the password, or by a code to an address of the account.
import { useState } from 'preact/hooks';
import { t } from '../../shared/page.ts';
import { Resend } from '../../shared/resend.tsx';
import { CodeInput, Field, Form } from '../../shared/ui.tsx';
import { checkCode, proof, provePassword, sendCode, type Account, type Address } from './api.ts';
import { client } from './client.ts';
import { Dialog, shownAddress, useAction } from './ui.tsx';

interface Asked { account: Account; done: (proven: boolean) => void }
let show: ((asked: Asked | undefined) => void) | undefined;

/** Whether there is a proof now: asks for one where there is none. An account that can prove nothing needs none. */
export function prove(account: Account): Promise<boolean> {
  if (proof.get() || !account.hasSecurityVerificationMethod) return Promise.resolve(true);
  return new Promise((done) => show?.({ account, done }));
}

type Way = 'password' | Address;

/** What the account can be proven by; an address that the tenant hides is known from the ID token. */
function waysOf(account: Account): Partial<Record<Way, string>> {
  const claims = client.claims();
  const email = account.primaryEmail ?? claims['email'], phone = account.primaryPhone ?? claims['phone_number'];
  return { ...(account.hasPassword === false ? {} : { password: '' }),
    ...(email ? { email: String(email) } : {}), ...(phone ? { phone: String(phone).replace(/^\+/, '') } : {}) };
}

function ByPassword({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const action = useAction();
  const onSubmit = () => {
    setFault(password === '' ? t('error.general_required', { name: t('input.password') }) : undefined);
    if (password === '') return;
    void action.run(async () => {
      try {
        const made = await provePassword(password);
        proof.set(made.verificationRecordId, made.expiresAt);
      } catch (error) { setPassword(''); throw error; }
      onDone();
    });
  };
  return (
    <Form action={action} onSubmit={onSubmit} submit={t('account.confirm')}>
      <Field label={t('input.password')} name="password" type="password" autocomplete="current-password" value={password}
        onValue={setPassword} fault={fault} autoFocus />
    </Form>
  );
}

function ByCode({ type, value, onDone }: { type: Address; value: string; onDone: () => void }) {
  const [sent, setSent] = useState<{ verificationRecordId: string; expiresAt: string }>();
  const [code, setCode] = useState('');
  const action = useAction();
  const send = async () => setSent(await sendCode(type, value));
  const check = (typed: string) => void action.run(async () => {
    if (!sent) return;
    try { await checkCode(type, value, sent.verificationRecordId, typed); } catch (error) { setCode(''); throw error; }
    proof.set(sent.verificationRecordId, sent.expiresAt);
    onDone();
  });
  if (!sent) return (
    <Form action={action} onSubmit={() => void action.run(send)} submit={t('action.send_code')}>
      <p class="description">{t('mfa.sending', { target: shownAddress(type, value) })}</p>
    </Form>
  );
  return (
    <>
      <Form action={action} onSubmit={() => check(code)} submit={t('account.confirm')}>
        <p class="description">{t('description.enter_code', { target: shownAddress(type, value) })}</p>
        <CodeInput value={code} onValue={setCode} onFull={check} bad={Boolean(action.error)} />
      </Form>
      <Resend send={send} />
    </>
  );
}

const names: Record<Way, 'account.by_password' | 'account.by_email' | 'account.by_phone'> =
  { password: 'account.by_password', email: 'account.by_email', phone: 'account.by_phone' };

function Confirm({ asked: { account, done } }: { asked: Asked }) {
  const ways = waysOf(account), kinds = Object.keys(ways) as Way[];
  const [way, setWay] = useState(kinds[0] ?? 'password');
  const finish = (proven: boolean) => { show?.(undefined); done(proven); };
  return (
    <Dialog title={t('mfa.verify_title')} description={t('account.confirm_hint')} onClose={() => finish(false)}>
      {way === 'password' ? <ByPassword onDone={() => finish(true)} />
        : <ByCode key={way} type={way} value={ways[way] ?? ''} onDone={() => finish(true)} />}
      {kinds.length > 1 && <p class="links">{kinds.filter((kind) => kind !== way).map((kind) =>
        <button type="button" class="link" key={kind} onClick={() => setWay(kind)}>{t(names[kind])}</button>)}</p>}
    </Dialog>
  );
}

/** Stands once on the page; prove() opens it. */
export function ProofDialog() {
  const [asked, setAsked] = useState<Asked>();
  show = setAsked;
  return asked ? <Confirm asked={asked} /> : null;
}
