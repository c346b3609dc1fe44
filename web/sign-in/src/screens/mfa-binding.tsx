// A second factor is set up, since the tenant or an organization wants one, or the person does.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CopyButton, DownloadButton } from '../../../shared/keep.tsx';
import { type Factor, t } from '../../../shared/page.ts';
import { Resend } from '../../../shared/resend.tsx';
import { ApiError } from '../../../shared/api.ts';
import { asked } from '../asked.ts';
import { step } from '../flow.ts';
import { bindAddress, bindBackupCodes, bindPasskey, bindSignInPasskey, bindTotp, isMessage, kindOf, newBackupCodes, newTotp, say,
  sendAddressCode, sentBy, type NewBackupCodes, type NewTotp } from '../mfa.ts';
import { go } from '../router.tsx';
import { type Action, Button, Form, Screen, useAction } from '../ui.tsx';
import { CodeForm, factorNames, Factors, isFactor, Proof } from './factors.tsx';
import { useIdentifier } from './identifier.tsx';
import { Failed, Waiting } from './messages.tsx';
import { SignIn } from './sign-in.tsx';

/** The second button where the person may do without. */
function Skip({ action, as }: { action: Action; as?: Parameters<typeof say>[0] | undefined }) {
  return as ? <Button kind="secondary" busy={action.busy} onClick={() => void action.run(() => say(as))}>{t('mfa.skip')}</Button> : null;
}

/* -- before anything is chosen -- */

export function Onboarding() {
  const action = useAction();
  return (
    <Screen title={t('mfa.onboarding_title')} description={t('mfa.onboarding_hint')}>
      <div class="actions">
        {action.error && <p role="alert" class="alert">{action.error.message}</p>}
        <Button busy={action.busy} onClick={() => void action.run(() => say('mfa-enabled'))}>{t('mfa.enable')}</Button>
        <Skip action={action} as="mfa-skipped" />
      </div>
    </Screen>
  );
}

export function ChooseBinding() {
  const action = useAction();
  const kept = asked.read();
  if (!kept) return <SignIn />;
  const { factors, skip } = kept;
  const isMore = skip === 'mfa-suggestion-skipped';
  return (
    <Screen title={t(isMore ? 'mfa.more_title' : 'mfa.choose_title')} description={t(isMore ? 'mfa.more_hint' : 'mfa.choose_hint')}>
      <Factors list={factors} under="/mfa-binding" />
      {(skip || action.error) && <div class="actions">
        {action.error && <p role="alert" class="alert">{action.error.message}</p>}
        <Skip action={action} as={skip} />
      </div>}
    </Screen>
  );
}

/** The ways on beside setting up the factor of a screen: another one, or none. */
function Beside({ action }: { action: Action }) {
  const { factors = [], skip } = asked.read() ?? {};
  if (factors.length < 2 && !skip) return null;
  return (
    <p class="links">
      {factors.length > 1 && <button type="button" class="link" onClick={() => go('/mfa-binding')}>{t('mfa.other_way')}</button>}
      {skip && <button type="button" class="link" onClick={() => void action.run(() => say(skip))}>{t('mfa.skip')}</button>}
    </p>
  );
}

/* -- one by one -- */

/** Something that the server makes for the screen, once. */
function useMade<T>(make: () => Promise<T>): { made?: T; fault?: ApiError } {
  const [state, setState] = useState<{ made?: T; fault?: ApiError }>({});
  useEffect(() => {
    step(async () => setState({ made: await make() }))
      .catch((error: unknown) => setState({ fault: error instanceof ApiError ? error : new ApiError(0, '', t('error.unknown')) }));
  }, []);
  return state;
}

const inFours = (text: string) => text.match(/.{1,4}/g)?.join(' ') ?? text;

function Totp() {
  const { made, fault } = useMade<NewTotp>(newTotp);
  const action = useAction();
  if (fault) return <Failed error={fault} />;
  if (!made) return <Waiting />;
  return (
    <Proof title={t('mfa.totp_title')} description={t('mfa.totp_scan')} action={action} others={<Beside action={action} />}>
      <img class="qr" src={made.secretQrCode} alt={t('mfa.qr')} width={200} height={200} />
      <p class="help">{t('mfa.secret')}</p>
      <p class="secret">{inFours(made.secret)}</p>
      <div class="tools"><CopyButton text={made.secret} /></div>
      <CodeForm action={action} check={(code) => bindTotp(made.verificationId, code)} wrong="mfa.wrong_code" autoFocus={false} />
    </Proof>
  );
}

function PasskeyForm({ action, bind, children }: { action: Action; bind: () => Promise<void>; children?: ComponentChildren }) {
  return (
    <>
      <Form action={action} onSubmit={() => void action.run(bind)} submit={t('mfa.passkey_create')}>{null}</Form>
      {children}
    </>
  );
}

function Passkey() {
  const action = useAction();
  return (
    <Screen title={t('mfa.passkey_title')} description={t('mfa.passkey_hint')} canGoBack>
      <PasskeyForm action={action} bind={bindPasskey} />
      <Beside action={action} />
    </Screen>
  );
}

/** A passkey instead of the password, from the next time on. */
export function CreatePasskey() {
  const action = useAction();
  return (
    <Screen title={t('mfa.passkey_nudge_title')} description={t('mfa.passkey_nudge_hint')}>
      <PasskeyForm action={action} bind={bindSignInPasskey}>
        <div class="actions"><Skip action={action} as="passkey-skipped" /></div>
      </PasskeyForm>
    </Screen>
  );
}

function NewAddress({ factor, done }: { factor: Factor; done: () => void }) {
  const kinds = [kindOf(factor)];
  const { read, field } = useIdentifier(kinds);
  const action = useAction();
  const onSubmit = () => {
    const identifier = read();
    if (identifier) void action.run(async () => { await sendAddressCode(factor, identifier.value); done(); });
  };
  return (
    <Screen title={t(factorNames[factor])} description={t(factor === 'EmailVerificationCode' ? 'mfa.email_hint' : 'mfa.phone_hint')}
      canGoBack>
      <Form action={action} onSubmit={onSubmit} submit={t('action.send_code')}>
        {field}
      </Form>
      <Beside action={action} />
    </Screen>
  );
}

function Address({ factor }: { factor: Factor }) {
  const [target, setTarget] = useState(() => sentBy(factor)?.address);
  const action = useAction();
  if (!target) return <NewAddress factor={factor} done={() => setTarget(sentBy(factor)?.address)} />;
  return (
    <Proof title={t('input.verification_code')} description={t('description.enter_code', { target })} action={action}
      others={<Beside action={action} />}>
      <CodeForm action={action} check={(code) => bindAddress(factor, code)} wrong="error.invalid_code" />
      <Resend send={() => sendAddressCode(factor, target)} />
    </Proof>
  );
}

/** The only time that they are shown. */
function BackupCodes() {
  const { made, fault } = useMade<NewBackupCodes>(newBackupCodes);
  const action = useAction();
  if (fault) return <Failed error={fault} />;
  if (!made) return <Waiting />;
  const text = made.codes.join('\n');
  return (
    <Screen title={t('mfa.backup_title')} description={t('mfa.backup_hint')}>
      <ul class="backup-codes">{made.codes.map((one) => <li key={one}>{one}</li>)}</ul>
      <div class="tools"><CopyButton text={text} />
        <DownloadButton text={`${location.host}\n\n${text}\n`} name="backup-codes.txt" /></div>
      <div class="actions">
        {action.error && <p role="alert" class="alert">{action.error.message}</p>}
        <Button busy={action.busy} onClick={() => void action.run(() => bindBackupCodes(made.verificationId))}>
          {t('mfa.backup_kept')}</Button>
      </div>
    </Screen>
  );
}

export function BindFactor({ factor }: { factor: string }) {
  if (!asked.read() || !isFactor(factor)) return <SignIn />;
  if (isMessage(factor)) return <Address factor={factor} />;
  return factor === 'Totp' ? <Totp /> : factor === 'WebAuthn' ? <Passkey /> : <BackupCodes />;
}
