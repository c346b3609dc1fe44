// What the screens of second factors share: their names, the list to choose from, a code that is typed, and too many attempts.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Factor, type Key, t } from '../../../shared/page.ts';
import { go } from '../router.tsx';
import { type Action, Button, CodeInput, Form, Icon, Screen } from '../ui.tsx';

export const factorNames: Record<Factor, Key> = {
  Totp: 'mfa.totp', WebAuthn: 'mfa.webauthn', BackupCode: 'mfa.backup_code',
  EmailVerificationCode: 'mfa.email', PhoneVerificationCode: 'mfa.phone',
};

const hints: Record<Factor, Key> = {
  Totp: 'mfa.totp_hint', WebAuthn: 'mfa.webauthn_hint', BackupCode: 'mfa.backup_code_hint',
  EmailVerificationCode: 'mfa.email_hint', PhoneVerificationCode: 'mfa.phone_hint',
};

export const isFactor = (text: string): text is Factor => text in factorNames;

/** Ways to choose from, each with a line about it: the address that a code goes to, where there is one. */
export const Factors = ({ list, masked = {}, under }:
  { list: Factor[]; masked?: Partial<Record<Factor, string>>; under: '/mfa-verification' | '/mfa-binding' }) => (
  <ul class="factors">{list.map((one) => (
    <li key={one}>
      <button type="button" class="factor" onClick={() => go(`${under}/${one}`)}>
        <span class="factor-text"><span class="factor-name">{t(factorNames[one])}</span>
          <span class="help">{masked[one] ?? t(hints[one])}</span></span>
        <Icon path="M9 5l7 7-7 7" />
      </button>
    </li>))}
  </ul>);

const isLocked = (action: Action) => action.error?.code === 'session.verification_blocked_too_many_attempts';

/** Instead of a screen whose attempts are used up: when they can be made again, and what can be done meanwhile. */
function Locked({ action, others }: { action: Action; others?: ComponentChildren }) {
  return (
    <Screen title={t('mfa.locked')} description={action.error?.message} canGoBack>
      <div class="actions">
        <Button kind="secondary" onClick={() => action.setError(undefined)}>{t('action.try_again')}</Button>
      </div>
      {others}
    </Screen>
  );
}

interface Around { title: string; description?: ComponentChildren; action: Action; others?: ComponentChildren; children?: ComponentChildren }

/** A screen on which something is proven; locked when it was tried too often. */
export function Proof({ title, description, action, others, children }: Around) {
  if (isLocked(action)) return <Locked action={action} others={others} />;
  return <Screen title={title} description={description} canGoBack>{children}{others}</Screen>;
}

/** Six boxes and a button; a code that was refused is typed again. */
export function CodeForm({ action, check, wrong, autoFocus = true }:
  { action: Action; check: (code: string) => Promise<void>; wrong: Key; autoFocus?: boolean }) {
  const [code, setCode] = useState('');
  const send = (typed: string) => void action.run(async () => {
    try { await check(typed); } catch (error) { setCode(''); throw error; }
  });
  const isWrong = /^verification_code\.|^session\.mfa\.invalid_/.test(action.error?.code ?? '');
  return (
    <Form action={action} onSubmit={() => send(code)} submit={t('action.continue')} message={isWrong ? t(wrong) : undefined}>
      <CodeInput value={code} onValue={setCode} onFull={send} bad={isWrong} autoFocus={autoFocus} />
    </Form>
  );
}
