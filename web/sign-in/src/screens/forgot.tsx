// A forgotten password: a code proves who one is, and a new password is set.
import { shownIdentifier } from '../../../shared/identifier.ts';
import { type Kind, page, t } from '../../../shared/page.ts';
import { Captcha } from '../captcha.tsx';
import { pending, setNewPassword, startWithCode } from '../flow.ts';
import { go, query } from '../router.tsx';
import { Form, Screen, useAction } from '../ui.tsx';
import { useIdentifier } from './identifier.tsx';
import { NewPassword } from './register.tsx';

export function ForgotPassword() {
  const kinds = (['email', 'phone'] as const satisfies Kind[]).filter((kind) => page.experience.forgotPassword[kind]);
  const known = pending.read()?.identifier;
  const hint = known && known.type !== 'username' ? known.value : query('login_hint') ?? '';
  const { read, field } = useIdentifier(kinds, hint);
  const action = useAction();
  const onSubmit = () => {
    const identifier = read();
    if (identifier) void action.run(() => startWithCode('ForgotPassword', identifier));
  };
  if (kinds.length === 0)	// nothing could be sent: no page leads here, an address or an application may
    return <Screen title={t('description.forgot')} description={t('description.suspended_hint')} canGoBack />;
  return (
    <Screen title={t('description.forgot')} description={t('description.forgot_hint')} canGoBack>
      <Form action={action} onSubmit={onSubmit} submit={t('action.send_code')}>
        {field}
        <Captcha />
      </Form>
    </Screen>
  );
}

export function ResetPassword() {
  const kept = pending.read();
  const save = async (password: string) => {
    await setNewPassword(password);
    go('/sign-in', { replace: true, query: changedQuery() });
  };
  return <NewPassword title={t('description.new_password')} name={kept && shownIdentifier(kept.identifier)}
    submit={t('action.save_password')} save={save} />;
}

/** The query with a mark that the sign-in screen tells of. */
function changedQuery(): string {
  const next = new URLSearchParams(location.search);
  next.set('password_changed', '1');
  return `?${next}`;
}
