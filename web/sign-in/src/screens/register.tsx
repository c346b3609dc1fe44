// A new account: a username with a password, or an address that a code proves.
import type { ComponentChildren } from 'preact';
import { useNewPassword } from '../../../shared/new-password.tsx';
import { page, t } from '../../../shared/page.ts';
import { ApiError } from '../../../shared/api.ts';
import { Captcha } from '../captcha.tsx';
import { maySignIn, pending, registerUsername, registerWithoutPassword, startWithCode } from '../flow.ts';
import { go, query } from '../router.tsx';
import { hasSocials } from '../social.ts';
import { hasOrganizations, unlessOrganization } from '../sso.ts';
import { Alert, Button, Form, Screen, useAction, useTerms } from '../ui.tsx';
import { useIdentifier } from './identifier.tsx';
import { ClaimAwaited } from './messages.tsx';
import { SocialButtons } from './social.tsx';

/** What the person makes here: an account, or that of the first administrator. */
const says = () => page.claim === 'link' ? { title: t('description.claim_title'), description: t('description.claim_hint') }
  : { title: t('description.create_account') };

/** Until there is an administrator, nobody registers but by the link that the server printed. */
export const Register = () => page.claim === 'awaited' ? <ClaimAwaited /> : <RegisterForm />;

function RegisterForm() {
  const { identifiers, password: hasPassword } = page.experience.signUp;
  const { read, field } = useIdentifier(identifiers, query('login_hint') ?? '');
  const action = useAction(), terms = useTerms('register');
  const onSubmit = () => {
    const identifier = read();
    if (!identifier || !terms.check()) return;
    if (identifier.type !== 'username') {
      void action.run(() => unlessOrganization(identifier, () => startWithCode('Register', identifier)));
    } else if (hasPassword) {
      pending.write({ purpose: 'Register', identifier });
      go('/register/password');
    } else {
      void action.run(() => registerWithoutPassword(identifier));
    }
  };
  return (
    <Screen {...says()}>
      {identifiers.length > 0 && <Form action={action} onSubmit={onSubmit} submit={t('action.continue')}>
        {field}
        {terms.box}
        <Captcha />
      </Form>}
      {(hasSocials() || hasOrganizations()) && <div class="actions">
        {identifiers.length > 0 && <p class="divider">{t('description.or')}</p>}
        {identifiers.length === 0 && <><Alert text={action.error?.message} />{terms.box}</>}
        <SocialButtons action={action} terms={terms} />
        {hasOrganizations() && <Button kind="secondary" onClick={() => go('/single-sign-on/email')}>{t('sso.button')}</Button>}
      </div>}
      {maySignIn() && <p class="links">{t('description.have_account')}{' '}
        <button type="button" class="link" onClick={() => go('/sign-in')}>{t('action.sign_in')}</button></p>}
      {terms.footer}
    </Screen>
  );
}

/** A new password, typed twice: for registration, a forgotten password, and an account without one. */
export function NewPassword({ title, save, submit, name, children }:
  { title: string; save: (password: string) => Promise<void>; submit: string; name?: string | undefined;
    children?: ComponentChildren }) {
  const action = useAction();
  const { read, fields, message } = useNewPassword(action);
  const onSubmit = () => {
    const password = read();
    if (password !== undefined) void action.run(() => save(password));
  };
  return (
    <Screen title={title} description={name} canGoBack>
      <Form action={action} onSubmit={onSubmit} submit={submit} message={message}>
        {name && <input class="hidden" type="text" name="identifier" autocomplete="username" value={name} readOnly
          tabIndex={-1} aria-hidden="true" />}
        {fields}
        {children}
      </Form>
    </Screen>
  );
}

export function RegisterPassword() {
  const kept = pending.read();
  if (!kept) return <Register />;
  const save = async (password: string) => {
    try {
      await registerUsername(kept.identifier, password);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'user.username_already_in_use')
        throw new ApiError(error.status, error.code, t('error.username_in_use'));
      throw error;
    }
  };
  return <NewPassword title={says().title} name={kept.identifier.value}
    submit={t('action.create_account')} save={save}><Captcha /></NewPassword>;
}
