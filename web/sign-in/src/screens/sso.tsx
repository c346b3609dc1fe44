// Signing in at one's organization: by a work address, by choosing among several, and coming back from there.
import { useState } from 'preact/hooks';
import { identifierFault } from '../../../shared/identifier.ts';
import { Mark } from '../../../shared/look.tsx';
import { t } from '../../../shared/page.ts';
import { kindUnderWay } from '../elsewhere.ts';
import { query } from '../router.tsx';
import { comeBackSocial } from '../social.ts';
import { chosen, comeBack, goTo, goToOneOf, organizationsOf } from '../sso.ts';
import { Alert, Button, Field, Form, Screen, useAction } from '../ui.tsx';
import { useOnce } from './elsewhere.tsx';

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

export function ChooseOrganization() {
  const action = useAction(), all = chosen();
  if (all.length === 0) return <SingleSignOn />;
  return (
    <Screen title={t('sso.choose')} canGoBack>
      <Alert text={action.error?.message} />
      <div class="actions">
        {all.map((one) => <Button key={one.id} kind="secondary" busy={action.busy} onClick={() => void action.run(() => goTo(one.id))}>
          <Mark logo={one.logo} darkLogo={one.darkLogo} />{t('sso.go_on', { name: one.connectorName })}</Button>)}
      </div>
    </Screen>
  );
}

/** The application has said where its people sign in. */
export const DirectToOrganization = ({ id }: { id: string }) => useOnce(() => goTo(id), t('sso.failed'));

const FromOrganization = ({ id }: { id: string }) => useOnce(() => comeBack(id, location.search), t('sso.failed'));
const FromSocial = ({ id }: { id: string }) => useOnce(() => comeBackSocial(id, location.search), t('social.failed'));

/** The browser is back from where it was sent to in this tab. */
export function Callback({ id }: { id: string }) {
  const [kind] = useState(kindUnderWay);	// which is forgotten at once
  return kind === 'social' ? <FromSocial id={id} /> : <FromOrganization id={id} />;
}
