// The Live Preview: what an application gets to know of who signs in, and a token for each organization. Beside it, at
// an address of its own, the same for a device.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { startLook } from '../../shared/look.tsx';
import { type Claims, claimsOf } from '../../shared/oidc.ts';
import { t } from '../../shared/page.ts';
import { client } from './client.ts';
import { DeviceDemo } from './device.tsx';
import { Frame } from './frame.tsx';
import { List } from './list.tsx';

function Organizations({ claims }: { claims: Claims }) {
  const ids = (claims['organizations'] as string[] | undefined) ?? [];
  const [chosen, setChosen] = useState<string>();
  const [found, setFound] = useState<Claims>();
  const [fault, setFault] = useState<string>();
  const open = async (id: string) => {
    setChosen(id);
    setFound(undefined);
    setFault(undefined);
    try { setFound(await client.organizationClaims(id)); } catch (error) { setFault((error as Error).message); }
  };
  return (
    <section class="panel">
      <h2 class="group-title">{t('demo.organizations')}</h2>
      {ids.length === 0 && <p class="description">{t('demo.no_organizations')}</p>}
      <div class="choices">{ids.map((id) =>
        <button type="button" key={id} class="button button-secondary" aria-pressed={chosen === id}
          onClick={() => void open(id)}>{id}</button>)}</div>
      <div role="alert" class={fault ? 'alert' : 'hidden'}>{fault}</div>
      {found && <><h3 class="group-title">{t('demo.organization_token')}</h3><List claims={found} /></>}
    </section>
  );
}

function Demo() {
  const [claims, setClaims] = useState<Claims>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    client.tokens().then((found) => found ? setClaims(claimsOf(found.idToken)) : client.signIn())
      .catch((error: Error) => setFault(error.message));
  }, []);
  return (
    <Frame title={t('demo.title')}>
      {fault && <>
        <p role="alert" class="alert">{fault}</p>
        <div class="actions"><button type="button" class="button" onClick={() => void client.signIn()}>{t('action.sign_in')}</button></div>
      </>}
      {!claims && !fault && <p class="description" role="status">{t('description.one_moment')}</p>}
      {claims && <>
        <p class="description">{t('demo.hint')}</p>
        <section class="panel"><h2 class="group-title">{t('demo.claims')}</h2><List claims={claims} /></section>
        <Organizations claims={claims} />
        <div class="actions"><button type="button" class="button button-secondary" onClick={() => void client.signOut()}>{t('action.sign_out')}</button></div>
      </>}
    </Frame>
  );
}

startLook();
render(location.pathname.startsWith('/device') ? <DeviceDemo /> : <Demo />, document.getElementById('app') as HTMLElement);
