// The code that was sent: it proves an address, and what follows depends on what the person wants.
import { useState } from 'preact/hooks';
import { ApiError } from '../../../shared/api.ts';
import { shownIdentifier } from '../../../shared/identifier.ts';
import { type Key, t } from '../../../shared/page.ts';
import { Resend } from '../../../shared/resend.tsx';
import { complete, identify, mayRegister, maySignIn, pending, proveCode, sendCode, submit, turnTo, type Purpose } from '../flow.ts';
import { go } from '../router.tsx';
import { Button, CodeInput, Form, Screen, useAction } from '../ui.tsx';
import { SignIn } from './sign-in.tsx';

/** The address turned out to be of an account, or of none: the person decides whether to go on the other way. */
interface Offer { purpose: Purpose; text: Key; button: Key }

const offers: Record<string, Offer & { may: () => boolean }> = {
  'user.user_not_exist':
    { purpose: 'Register', text: 'description.offer_create', button: 'action.create_account', may: mayRegister },
  'user.email_already_in_use':
    { purpose: 'SignIn', text: 'description.offer_sign_in', button: 'action.sign_in', may: maySignIn },
  'user.phone_already_in_use':
    { purpose: 'SignIn', text: 'description.offer_sign_in', button: 'action.sign_in', may: maySignIn },
};

export function VerificationCode() {
  const [kept] = useState(() => pending.read());
  const [code, setCode] = useState('');
  const [offer, setOffer] = useState<Offer>();
  const action = useAction();
  if (!kept?.verificationId) return <SignIn />;
  const { identifier, purpose } = kept;

  const goOn = async () => {
    try {
      await identify(pending.read()?.verificationId);
    } catch (error) {
      const found = error instanceof ApiError ? offers[error.code] : undefined;
      if (!found?.may() || purpose === 'ForgotPassword') throw error;
      setOffer(found);
      return;
    }
    if (purpose === 'ForgotPassword') go('/forgot-password/reset', { replace: true });
    else await submit();
  };
  const check = (typed: string) => void action.run(async () => {
    const now = pending.read() ?? kept;
    try { await proveCode(now, typed); } catch (error) { setCode(''); throw error; }
    if (location.pathname.startsWith('/continue/'))
      await complete({ type: identifier.type, verificationId: now.verificationId });
    else
      await goOn();
  });
  const accept = ({ purpose: other }: Offer) => void action.run(async () => {
    await turnTo(other);
    await identify(pending.read()?.verificationId);
    await submit();
  });

  if (offer) return (
    <Screen title={t(offer.button)} description={t(offer.text, { target: shownIdentifier(identifier) })} canGoBack>
      <div class="actions">
        {action.error && <p role="alert" class="alert">{action.error.message}</p>}
        <Button busy={action.busy} onClick={() => accept(offer)}>{t(offer.button)}</Button>
      </div>
    </Screen>
  );
  const isWrong = action.error?.code.startsWith('verification_code.');
  return (
    <Screen title={t('input.verification_code')} description={t('description.enter_code', { target: shownIdentifier(identifier) })} canGoBack>
      <Form action={action} onSubmit={() => check(code)} submit={t('action.continue')}
        message={isWrong ? t('error.invalid_code') : undefined}>
        <CodeInput value={code} onValue={setCode} onFull={check} bad={Boolean(isWrong)} />
      </Form>
      <Resend send={() => sendCode(purpose, identifier)} />
    </Screen>
  );
}
