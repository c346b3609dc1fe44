// Signing in: with a password beside the name where every method has one, otherwise in two steps.
import { useEffect, useRef, useState } from 'preact/hooks';
import { hasPasskeys, offersPasskeys } from '../../../shared/passkey.ts';
import { type Identifier, identifierFault, readIdentifier, shownIdentifier } from '../../../shared/identifier.ts';
import { type Kind, type Method, page, t } from '../../../shared/page.ts';
import { Captcha } from '../captcha.tsx';
import { mayRegister, pending, signInWithPassword, startWithCode } from '../flow.ts';
import { askForPasskey, signInByPasskey, signInWithPasskey } from '../mfa.ts';
import { offerOneTap } from '../one-tap.ts';
import { go, query } from '../router.tsx';
import { hasSocials } from '../social.ts';
import { hasOrganizations, unlessOrganization } from '../sso.ts';
import { type Action, Alert, Button, Field, Form, Notice, Screen, useAction, useTerms } from '../ui.tsx';
import { IdentifierField } from './identifier.tsx';
import { SocialButtons } from './social.tsx';

/** The methods that the tenant allows, or those of them that the application asks for (parameter `identifier`). */
function methods(): Method[] {
  const all = page.experience.signIn.methods;
  const wanted = all.filter((method) => (query('identifier') ?? '').split(' ').includes(method.identifier));
  return wanted.length ? wanted : all;
}

const methodFor = (type: Kind) => methods().find((method) => method.identifier === type);
const asksPassword = (method: Method) => method.password && (method.isPasswordPrimary || !method.verificationCode);
const resets = () => page.experience.forgotPassword.email || page.experience.forgotPassword.phone;

/** What was wrong is typed again; the name stays. */
function emptyPassword(set: (value: string) => void): void {
  set('');
  document.querySelector<HTMLInputElement>('input[name=password]')?.focus();
}

function ForgotLink() {
  return resets() ? <button type="button" class="link right" onClick={() => go('/forgot-password')}>
    {t('action.forgot_password')}</button> : null;
}

function RegisterLink() {
  return mayRegister() ? <p class="links">{t('description.no_account')}{' '}
    <button type="button" class="link" onClick={() => go('/register')}>{t('action.create_account')}</button></p> : null;
}

const passkeys = () => page.experience.passkeySignIn;

/**
 * Passkeys that say who one is: behind a button, and in the list of the field for the name, unless terms must be agreed to first.
 * The browser asks for one of them at a time, so that the button ends what the list offers.
 */
function usePasskeys(action: Action, terms: ReturnType<typeof useTerms>) {
  const { enabled, showPasskeyButton, allowAutofill } = passkeys();
  const offered = useRef(new AbortController());
  useEffect(() => {
    const { signal } = offered.current;
    const offer = async () => {
      if (!enabled || !allowAutofill || terms.box || !await offersPasskeys()) return;
      const payload = await askForPasskey(signal);
      void action.run(() => signInWithPasskey(payload));
    };
    offer().catch(() => undefined);	// nobody asked for it: the other ways are there
    return () => offered.current.abort();
  }, []);
  const onClick = () => {
    if (!terms.check()) return;
    offered.current.abort();
    void action.run(async () => signInWithPasskey(await askForPasskey()));
  };
  return enabled && showPasskeyButton !== false && hasPasskeys() ? onClick : undefined;
}

/** Terms that must be agreed to come first, and a prompt has no place for them. */
function useOneTap(action: Action, terms: ReturnType<typeof useTerms>) {
  useEffect(() => terms.box ? undefined : offerOneTap((run) => void action.run(run)), []);
}

export function SignIn({ notice }: { notice?: string }) {
  const all = methods(), kinds = all.map((method) => method.identifier);
  const together = all.every(asksPassword);
  const [name, setName] = useState(query('login_hint') ?? '');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<{ name?: string; password?: string }>({});
  const action = useAction(), terms = useTerms('signIn');
  const byPasskey = usePasskeys(action, terms);
  useOneTap(action, terms);
  const withCode = together && all.some((method) => method.verificationCode);

  const read = (needsPassword: boolean): Identifier | undefined => {
    const identifier = readIdentifier(name, kinds), fault = identifierFault(identifier, kinds);
    const found = {
      ...(fault ? { name: fault } : {}),
      ...(needsPassword && password === '' ? { password: t('error.general_required', { name: t('input.password') }) } : {}),
    };
    setFaults(found);
    return Object.keys(found).length === 0 && terms.check() ? identifier : undefined;
  };
  const byCode = () => {
    const identifier = read(false);
    if (identifier) void action.run(() => unlessOrganization(identifier, () => startWithCode('SignIn', identifier)));
  };
  const onSubmit = () => {
    const identifier = read(together);
    if (!identifier) return;
    if (together) {
      void action.run(() => unlessOrganization(identifier, async () => {
        try { await signInWithPassword(identifier, password); } catch (error) { emptyPassword(setPassword); throw error; }
      }));
    } else if (asksPassword(methodFor(identifier.type) ?? { password: true } as Method)) {
      void action.run(() => unlessOrganization(identifier, async () => {
        pending.write({ purpose: 'SignIn', identifier });
        go('/sign-in/password');
      }));
    } else {
      byCode();
    }
  };

  return (
    <Screen title={t('description.sign_in')}>
      {notice && <Notice text={notice} />}
      {all.length > 0 && <Form action={action} onSubmit={onSubmit} submit={together ? t('action.sign_in') : t('action.continue')}>
        <IdentifierField signsIn kinds={kinds} value={name} onValue={setName} fault={faults.name}
          withPasskeys={Boolean(passkeys().enabled && passkeys().allowAutofill)} />
        {together && <Field label={t('input.password')} name="password" type="password" autocomplete="current-password"
          value={password} onValue={setPassword} fault={faults.password} />}
        {together && <ForgotLink />}
        {terms.box}
        <Captcha />
      </Form>}
      {(withCode || byPasskey || hasSocials() || hasOrganizations()) && <div class="actions">
        {all.length > 0 && <p class="divider">{t('description.or')}</p>}
        {all.length === 0 && <><Alert text={action.error?.message} />{terms.box}</>}
        {withCode && <Button kind="secondary" busy={action.busy} onClick={byCode}>{t('action.use_code')}</Button>}
        {byPasskey && <Button kind="secondary" busy={action.busy} onClick={byPasskey}>{t('mfa.passkey_sign_in')}</Button>}
        <SocialButtons action={action} terms={terms} />
        {hasOrganizations() && <Button kind="secondary" onClick={() => go('/single-sign-on/email')}>{t('sso.button')}</Button>}
      </div>}
      <RegisterLink />
      {terms.footer}
    </Screen>
  );
}

/** The second step: the password of the name that was typed. */
export function SignInPassword() {
  const kept = pending.read();
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const action = useAction();
  if (!kept) return <SignIn />;
  const { identifier } = kept;
  const withCode = methodFor(identifier.type)?.verificationCode, withPasskey = passkeys().enabled && hasPasskeys();
  const onSubmit = () => {
    if (password === '') { setFault(t('error.general_required', { name: t('input.password') })); return; }
    setFault(undefined);
    void action.run(async () => {
      try { await signInWithPassword(identifier, password); } catch (error) { emptyPassword(setPassword); throw error; }
    });
  };
  return (
    <Screen title={t('description.sign_in')} description={shownIdentifier(identifier)} canGoBack>
      <Form action={action} onSubmit={onSubmit} submit={t('action.sign_in')}>
        <input class="hidden" type="text" name="identifier" autocomplete="username" value={identifier.value} readOnly
          tabIndex={-1} aria-hidden="true" />
        <Field label={t('input.password')} name="password" type="password" autocomplete="current-password" autoFocus
          value={password} onValue={setPassword} fault={fault} />
        <ForgotLink />
        <Captcha />
      </Form>
      {(withCode || withPasskey) && <div class="actions">
        <p class="divider">{t('description.or')}</p>
        {withCode && <Button kind="secondary" busy={action.busy}
          onClick={() => void action.run(() => startWithCode('SignIn', identifier))}>{t('action.use_code')}</Button>}
        {withPasskey && <Button kind="secondary" busy={action.busy}
          onClick={() => void action.run(() => signInByPasskey(identifier))}>{t('mfa.passkey_sign_in')}</Button>}
      </div>}
    </Screen>
  );
}
