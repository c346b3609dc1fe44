// The second factor at sign-in: the one that was used last, or another that the person has.
import { useEffect, useState } from 'preact/hooks';
import { type Factor, t } from '../../../shared/page.ts';
import { Resend } from '../../../shared/resend.tsx';
import { asked } from '../asked.ts';
import { isMessage, proveBackupCode, proveFactorCode, provePasskey, proveTotp, sendFactorCode, sentBy } from '../mfa.ts';
import { go } from '../router.tsx';
import { Field, Form, Screen, useAction } from '../ui.tsx';
import { CodeForm, Factors, isFactor, Proof } from './factors.tsx';
import { SignIn } from './sign-in.tsx';

const Others = () => (asked.read()?.factors.length ?? 0) > 1
  ? <p class="links"><button type="button" class="link" onClick={() => go('/mfa-verification')}>{t('mfa.other_way')}</button></p>
  : null;

export function ChooseFactor() {
  const kept = asked.read();
  if (!kept) return <SignIn />;
  return (
    <Screen title={t('mfa.verify_title')} description={t('mfa.verify_choose')} canGoBack>
      <Factors list={kept.factors} masked={kept.masked} under="/mfa-verification" />
    </Screen>
  );
}

function Totp() {
  const action = useAction();
  return (
    <Proof title={t('mfa.verify_title')} description={t('mfa.totp_enter')} action={action} others={<Others />}>
      <CodeForm action={action} check={proveTotp} wrong="mfa.wrong_code" />
    </Proof>
  );
}

function Message({ factor }: { factor: Factor }) {
  const action = useAction();
  const [isSent, setSent] = useState(() => Boolean(sentBy(factor)));
  const send = () => void action.run(async () => {
    await sendFactorCode(factor);
    setSent(true);
  });
  useEffect(() => { if (!isSent) send(); }, []);
  const target = asked.read()?.masked[factor] ?? '';
  return (
    <Proof title={t('mfa.verify_title')} action={action} others={<Others />}
      description={isSent ? t('description.enter_code', { target }) : t('mfa.sending', { target })}>
      {isSent ? <>
        <CodeForm action={action} check={(code) => proveFactorCode(factor, code)} wrong="error.invalid_code" />
        <Resend send={() => sendFactorCode(factor)} />
      </> : <Form action={action} onSubmit={send} submit={t('action.send_code')}>{null}</Form>}
    </Proof>
  );
}

function BackupCode() {
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<string>();
  const action = useAction();
  const onSubmit = () => {
    const typed = code.replace(/\s/g, '').toLowerCase();
    setFault(typed ? undefined : t('error.general_required', { name: t('mfa.backup_code') }));
    if (typed) void action.run(() => proveBackupCode(typed));
  };
  const isWrong = action.error?.code === 'session.mfa.invalid_backup_code';
  return (
    <Proof title={t('mfa.verify_title')} description={t('mfa.backup_enter')} action={action} others={<Others />}>
      <Form action={action} onSubmit={onSubmit} submit={t('action.continue')} message={isWrong ? '' : undefined}>
        <Field label={t('mfa.backup_code')} name="backup-code" value={code} onValue={setCode} autocomplete="off" autoFocus
          fault={fault ?? (isWrong ? t('mfa.wrong_code') : undefined)} />
      </Form>
    </Proof>
  );
}

function Passkey() {
  const action = useAction();
  return (
    <Proof title={t('mfa.verify_title')} description={t('mfa.passkey_enter')} action={action} others={<Others />}>
      <Form action={action} onSubmit={() => void action.run(provePasskey)} submit={t('mfa.passkey_use')}>{null}</Form>
    </Proof>
  );
}

export function VerifyFactor({ factor }: { factor: string }) {
  if (!asked.read() || !isFactor(factor)) return <SignIn />;
  if (isMessage(factor)) return <Message factor={factor} />;
  return factor === 'Totp' ? <Totp /> : factor === 'WebAuthn' ? <Passkey /> : <BackupCode />;
}
