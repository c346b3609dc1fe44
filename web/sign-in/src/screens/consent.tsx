// An application of somebody else asks for access: to what, and in which organizations it may act.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, call } from '../../../shared/api.ts';
import { type Key, t } from '../../../shared/page.ts';
import { step } from '../flow.ts';
import { leave } from '../router.tsx';
import { Button, Check, Screen, TermLinks, useAction } from '../ui.tsx';
import { Failed, Waiting } from './messages.tsx';

interface Scopes { resource: { id: string; name: string }; scopes: { id: string; name: string; description: string | null }[] }
interface Asked {
  application: { id: string; name: string; displayName?: string; privacyPolicyUrl?: string | null; termsOfUseUrl?: string | null };
  user: { name: string | null; username: string | null; primaryEmail: string | null; primaryPhone: string | null; id: string };
  organizations: { id: string; name: string; missingResourceScopes: Scopes[] }[];
  missingOIDCScope?: string[];
  missingResourceScopes: Scopes[];
  redirectUri?: string;
}

const known: Record<string, Key> = {
  profile: 'scope.profile', email: 'scope.email', phone: 'scope.phone', address: 'scope.address',
  custom_data: 'scope.custom_data', identities: 'scope.identities', roles: 'scope.roles',
  'urn:logto:scope:organizations': 'scope.organizations', 'urn:logto:scope:organization_roles': 'scope.organization_roles',
};

const scopeText = (name: string) => known[name] ? t(known[name]) : name;

/** What it asks for, each thing once, in words where there are some. */
export function asksFor(asked: Pick<Asked, 'missingOIDCScope' | 'missingResourceScopes' | 'organizations'>): string[] {
  const resources = [...asked.missingResourceScopes, ...asked.organizations.flatMap((one) => one.missingResourceScopes)];
  return [...new Set([
    ...(asked.missingOIDCScope ?? []).map(scopeText),
    ...resources.flatMap(({ scopes }) => scopes.map((scope) => scope.description || scope.name)),
  ])];
}

export function Consent() {
  const [asked, setAsked] = useState<Asked>();
  const [fault, setFault] = useState<ApiError>();
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const action = useAction();
  useEffect(() => {
    step(async () => setAsked(await call<Asked>('GET', '/api/interaction/consent')))
      .catch((error: unknown) => setFault(error instanceof ApiError ? error : new ApiError(0, '', t('error.unknown'))));
  }, []);
  if (fault) return <Failed error={fault} />;
  if (!asked) return <Waiting />;

  const { application, user, organizations } = asked;
  const name = application.displayName || application.name;
  const allow = () => void action.run(async () => {
    const { redirectTo } = await call('POST', '/api/interaction/consent',
      organizations.length ? { organizationIds: [...chosen] } : {});
    await leave(redirectTo);
  });
  const refuse = () => {
    const address = asked.redirectUri && new URL(asked.redirectUri);
    if (!address) { history.back(); return; }
    address.searchParams.set('error', 'access_denied');
    location.assign(address);
  };
  const mark = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id); else next.delete(id);
    setChosen(next);
  };
  return (
    <Screen title={t('description.authorize_title', { name })}
      description={t('description.signed_in_as', { name: user.name || user.username || user.primaryEmail || user.primaryPhone || user.id })}>
      <section class="group">
        <h2 class="group-title">{t('description.asks_for')}</h2>
        <ul class="scopes">{asksFor(asked).map((text) => <li key={text}>{text}</li>)}</ul>
      </section>
      {organizations.length > 0 && <fieldset class="group">
        <legend class="group-title">{t('description.choose_organization')}</legend>
        <div class="organizations">{organizations.map((one) =>
          <Check key={one.id} name="organization" checked={chosen.has(one.id)} onChecked={(on) => mark(one.id, on)}>{one.name}</Check>)}</div>
      </fieldset>}
      <div class="actions">
        {action.error && <p role="alert" class="alert">{action.error.message}</p>}
        <Button busy={action.busy} onClick={allow}>{t('action.authorize')}</Button>
        <Button kind="secondary" onClick={refuse}>{t('action.cancel')}</Button>
      </div>
      {(application.termsOfUseUrl || application.privacyPolicyUrl) &&
        <p class="links"><TermLinks of={application} /></p>}
    </Screen>
  );
}

