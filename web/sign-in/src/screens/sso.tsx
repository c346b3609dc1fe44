// Signing in at one's organization: by a work address, by choosing among several, and coming back from there.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../../shared/api.ts';
import { identifierFault } from '../../../shared/identifier.ts';
import { page, type SsoConnector, t } from '../../../shared/page.ts';
import { step } from '../flow.ts';
import { go, query } from '../router.tsx';
import { chosen, comeBack, goTo, goToOneOf, organizationsOf } from '../sso.ts';
import { Alert, Button, Field, Form, Screen, useAction } from '../ui.tsx';
import { Waiting } from './messages.tsx';

export function SingleSignOn() {
  const [email, setEmail] = useState(query('login_hint') ?? '');
  const [fault, setFault] = useState<string>();
  const action = useAction();
  const onSubmit = () => {
    const value = email.trim();
    const found = value === '' ? t('error.general_required', { name: t('input.email') }) : identifierFault({ type: 'email', value });
    setFault(found);
    if (found) return;
    void action.run(async () => {
      const ids = await organizationsOf(value);
      if (ids.length === 0) setFault(t('sso.none'));
      else await goToOneOf(ids);
    });
  };
  return (
    <Screen title={t('sso.title')} description={t('sso.hint')} canGoBack>
      <Form action={action} onSubmit={onSubmit} submit={t('action.continue')}>
        <Field label={t('input.email')} name="email" type="email" inputMode="email" autocomplete="email" autoFocus value={email}
          onValue={setEmail} fault={fault} />
      </Form>
    </Screen>
  );
}

function Mark({ of }: { of: SsoConnector }) {
  return (
    <picture class="mark">
      {page.experience.color.isDarkModeEnabled && <source srcset={of.darkLogo} media="(prefers-color-scheme: dark)" />}
      <img src={of.logo} alt="" width={20} height={20} />
    </picture>
  );
}

export function ChooseOrganization() {
  const action = useAction(), all = chosen();
  if (all.length === 0) return <SingleSignOn />;
  return (
    <Screen title={t('sso.choose')} canGoBack>
      <Alert text={action.error?.message} />
      <div class="actions">
        {all.map((one) => <Button key={one.id} kind="secondary" busy={action.busy} onClick={() => void action.run(() => goTo(one.id))}>
          <Mark of={one} />{t('sso.go_on', { name: one.connectorName })}</Button>)}
      </div>
    </Screen>
  );
}

/** What does not work is told, with the way back to where people begin. */
function useOnce(run: () => Promise<void>) {
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    step(run).catch((error: unknown) => setFault(error instanceof ApiError ? error.message : t('error.unknown')));
  }, []);
  const first = /^[\w-]+$/.exec(query('fallback') ?? '')?.[0] ?? 'sign-in';
  return fault ? (
    <Screen title={t('sso.failed')} description={fault}>
      <div class="actions">
        <Button onClick={() => go(`/${first}`, { replace: true, query: '' })}>{t('action.back_to_sign_in')}</Button>
      </div>
    </Screen>) : <Waiting />;
}

/** The application has said where its people sign in. */
export const DirectToOrganization = ({ id }: { id: string }) => useOnce(() => goTo(id));

export const Callback = ({ id }: { id: string }) => useOnce(() => comeBack(id, location.search));
