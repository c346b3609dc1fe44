// The Device Flow Preview: a device without a keyboard, which shows a code until somebody has entered it (RFC 8628).
import { useEffect, useState } from 'preact/hooks';
import { type Claims, claimsOf } from '../../shared/oidc.ts';
import { t } from '../../shared/page.ts';
import { scope } from './client.ts';
import { Frame } from './frame.tsx';
import { List } from './list.tsx';

const clientId = 'device-demo-app';
const waiting = ['authorization_pending', 'slow_down'];
const pauseMs = 5_000;		// RFC 8628 section 3.5

interface Codes { device_code: string; user_code: string; verification_uri: string; verification_uri_complete: string; expires_in: number }

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const post = (path: string, form: Record<string, string>) =>
  fetch(path, { method: 'POST', body: new URLSearchParams({ client_id: clientId, ...form }) });

/** The body of an answer; a refusal is thrown unless its error is one of `but`. */
async function read(answer: Response, but: readonly string[] = []): Promise<any> {
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok && !but.includes(value.error))
    throw new Error(value.message ?? value.error_description ?? value.error ?? `HTTP ${answer.status}`);
  return value;
}

/** Asks again and again until the code was entered; undefined: nobody waits for it any more. */
async function idToken(codes: Codes, isOver: () => boolean): Promise<string | undefined> {
  for (let ms = pauseMs; !isOver();) {
    await pause(ms);
    if (isOver()) break;
    const value = await read(await post('/oidc/token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: codes.device_code }), waiting);
    if (value.id_token) return value.id_token;
    if (value.error === 'slow_down') ms += pauseMs;
  }
  return undefined;
}

export function DeviceDemo() {
  const [round, setRound] = useState(0);
  const [codes, setCodes] = useState<Codes>();
  const [claims, setClaims] = useState<Claims>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    let over = false;
    const run = async () => {
      const got: Codes = await read(await post('/oidc/device/auth', { scope }));
      if (over) return;
      setCodes(got);
      const token = await idToken(got, () => over);
      if (token) setClaims(claimsOf(token));
    };
    setCodes(undefined);
    setFault(undefined);
    run().catch((error: Error) => { if (!over) setFault(error.message); });
    return () => { over = true; };
  }, [round]);
  return (
    <Frame title={t('demo.device_title')}>
      {fault && <>
        <p role="alert" class="alert">{fault}</p>
        <div class="actions">
          <button type="button" class="button" onClick={() => setRound(round + 1)}>{t('demo.device_again')}</button>
        </div>
      </>}
      {!codes && !fault && <p class="description" role="status">{t('description.one_moment')}</p>}
      {codes && !claims && !fault && <>
        <p class="description">{t('demo.device_hint')}</p>
        <p class="links"><a href={codes.verification_uri_complete} target="_blank" rel="noreferrer">{codes.verification_uri}</a></p>
        <p class="user-code">{codes.user_code}</p>
        <p class="description" role="status">{t('demo.device_waiting')}</p>
      </>}
      {claims && <>
        <p class="description">{t('demo.hint')}</p>
        <section class="panel"><h2 class="group-title">{t('demo.claims')}</h2><List claims={claims} /></section>
      </>}
    </Frame>
  );
}
