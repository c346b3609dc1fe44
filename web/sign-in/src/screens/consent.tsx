// An application of somebody else asks for access: to what, and in which organizations it may act.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, call } from '../../../shared/api.ts';
import { type Branding, type Key, t } from '../../../shared/page.ts';
import { step } from '../flow.ts';
import { leave, query } from '../router.tsx';
import { Button, Check, Screen, TermLinks, useAction } from '../ui.tsx';
import { Failed, Waiting } from './messages.tsx';

interface Scopes { resource: { id: string; name: string }; scopes: { id: string; name: string; description: string | null }[] }
interface Asked {
  application: { id: string; name: string; displayName?: string; branding?: Branding; privacyPolicyUrl?: string | null;
    termsOfUseUrl?: string | null };
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

/** The API that stands for the permissions of organizations, which nobody knows by this name. */
const ofOrganizations = 'urn:logto:resource:organizations';

/** What it asks for, each thing once, in words where there are some: of the person, and below the name of each API. */
export function asksFor(asked: Pick<Asked, 'missingOIDCScope' | 'missingResourceScopes' | 'organizations'>): [title: string, texts: string[]][] {
  const groups = new Map([[t('description.asks_for'), new Set((asked.missingOIDCScope ?? []).map(scopeText))]]);
  for (const { resource, scopes } of [...asked.missingResourceScopes, ...asked.organizations.flatMap((one) => one.missingResourceScopes)]) {
    const title = resource.id === ofOrganizations ? t('scope.organizations') : resource.name, texts = groups.get(title) ?? new Set();
    for (const scope of scopes) texts.add(scope.description || scope.name);
    groups.set(title, texts);
  }
  return [...groups].map(([title, texts]): [string, string[]] => [title, [...texts]]).filter(([, texts]) => texts.length > 0);
}

/** How the page looks, where nobody asks for anything. Nothing can be allowed there, since it would not be what is shown. */
const example = (): Asked | undefined => query('preview') === null ? undefined : {
  application: { id: '', name: location.hostname }, user: { id: '', name: null, username: null, primaryPhone: null, primaryEmail: 'jo@example.com' },
  organizations: [], missingOIDCScope: ['profile', 'email'], missingResourceScopes: [] };

export function Consent() {
  const shown = example();
  const [asked, setAsked] = useState(shown);
  const [fault, setFault] = useState<ApiError>();
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const action = useAction();
  useEffect(() => {
    if (!shown) step(async () => setAsked(await call<Asked>('GET', '/api/interaction/consent')))
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
    <Screen title={t('description.authorize_title', { name })} branding={application.branding}
      description={t('description.signed_in_as', { name: user.name || user.username || user.primaryEmail || user.primaryPhone || user.id })}>
      {asksFor(asked).map(([title, texts]) => <section class="group" key={title}>
        <h2 class="group-title">{title}</h2>
        <ul class="scopes">{texts.map((text) => <li key={text}>{text}</li>)}</ul>
      </section>)}
      {organizations.length > 0 && <fieldset class="group">
        <legend class="group-title">{t('description.choose_organization')}</legend>
        <div class="organizations">{organizations.map((one) =>
          <Check key={one.id} name="organization" checked={chosen.has(one.id)} onChecked={(on) => mark(one.id, on)}>{one.name}</Check>)}</div>
      </fieldset>}
      <div class="actions">
        {action.error && <p role="alert" class="alert">{action.error.message}</p>}
        <Button busy={action.busy} onClick={shown ? () => {} : allow}>{t('action.authorize')}</Button>
        <Button kind="secondary" onClick={shown ? () => {} : refuse}>{t('action.cancel')}</Button>
      </div>
      {(application.termsOfUseUrl || application.privacyPolicyUrl) &&
        <p class="links"><TermLinks of={application} /></p>}
    </Screen>
  );
}

