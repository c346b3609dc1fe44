// SimpleSAMLphp, Debian's, as the identity provider: a program of another make than ours and than samlp, spoken to as a
// browser does. It runs in a folder of its own, by PHP's own web server.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { Browser } from './browser.ts';
import { send } from './client.ts';
import { soon } from './expect.ts';
import { atEnd, bound, freePort, newFolder } from './owned.ts';
import { newPair, type Pair } from './saml.ts';

const program = '/usr/share/simplesamlphp/www';

export interface Partner {
  /** The entity id of our connector, and where it takes answers. */
  entityId: string;
  acs: string;
  signs: { response: boolean; assertion: boolean };
  /** A certificate, PEM, to which assertions are encrypted. */
  encryptTo?: string;
  /** A certificate, PEM, with which requests have to be signed. */
  requestsBy?: string;
  signatureAlgorithm?: string;
}

export interface SimpleSaml {
  entityId: string;
  metadataUrl: string;
  pair: Pair;
  password: string;
  /** What it knows of those whom it lets send people; replaces what it knew. */
  knows(partners: Partner[]): void;
  /** A browser that goes where our page sends it, and signs in there; the form that comes back, as it is. */
  signIn(at: string): Promise<{ action: string; fields: Record<string, string> }>;
  /** The address where somebody begins at the provider. */
  begin(partner: Partner): string;
}

const php = (value: unknown): string => {
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, '\\$&')}'`;
  if (value === null || typeof value !== 'object') return String(value);
  return `[${Object.entries(value).map(([key, one]) => (Array.isArray(value) ? php(one) : `${php(key)} => ${php(one)}`)).join(', ')}]`;
};
const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');

function write(folder: string, base: string, pair: Pair, password: string): void {
  for (const name of ['certificates', 'data', 'sessions', 'temporary', 'metadata', 'log']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'certificates/idp.pem'), pair.key);
  writeFileSync(join(folder, 'certificates/idp.crt'), pair.certificate);
  const config = {
    baseurlpath: `${base}/`, certdir: `${folder}/certificates/`, datadir: `${folder}/data/`, tempdir: `${folder}/temporary`,
    loggingdir: `${folder}/log/`, metadatadir: `${folder}/metadata/`, attributenamemapdir: '/etc/simplesamlphp/attributemap/',
    'session.phpsession.savepath': `${folder}/sessions`, 'session.cookie.name': 'SimpleSAMLSessionID', 'session.cookie.secure': false,
    'session.cookie.samesite': null, 'session.phpsession.cookiename': 'SimpleSAML',
    'store.type': 'phpsession', secretsalt: 'of a test', 'auth.adminpassword': password, timezone: 'UTC',
    'logging.handler': 'file', 'logging.level': 7, 'enable.saml20-idp': true, 'module.enable': { exampleauth: true, core: true, saml: true },
    'metadata.sources': [{ type: 'flatfile' }], 'trusted.url.domains': null, 'language.default': 'en',
    showerrors: true, errorreporting: false, 'technicalcontact_email': 'na@example.org',
  };
  writeFileSync(join(folder, 'config.php'), `<?php $config = ${php(config)};`);
  writeFileSync(join(folder, 'authsources.php'), `<?php $config = ${php({ people: { 0: 'exampleauth:UserPass',
    [`ada:${password}`]: { uid: ['ada'], email: ['ada@firm.example'], displayName: ['Ada Lovelace'], groups: ['makers', 'R&D <lab>'] },
    [`grace:${password}`]: { uid: ['grace'], email: ['grace@firm.example'], displayName: ['Grace Hopper'] } } }).replace("'0' =>", '')};`);
  writeFileSync(join(folder, 'metadata/saml20-idp-hosted.php'), `<?php $metadata['__DYNAMIC:1__'] = ${php({ host: '__DEFAULT__',
    privatekey: 'idp.pem', certificate: 'idp.crt', auth: 'people', 'userid.attribute': 'uid',
    'authproc': { 3: { class: 'saml:AttributeNameID', attribute: 'uid', Format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } } })};`);
  writeFileSync(join(folder, 'metadata/saml20-sp-remote.php'), '<?php');
}

const partnerMetadata = ({ entityId, acs, signs, encryptTo, requestsBy, signatureAlgorithm }: Partner): string =>
  `$metadata[${php(entityId)}] = ${php({ AssertionConsumerService: acs,
    NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'saml20.sign.response': signs.response, 'saml20.sign.assertion': signs.assertion,
    ...(encryptTo || requestsBy ? { keys: [
      ...encryptTo ? [{ type: 'X509Certificate', signing: false, encryption: true, X509Certificate: bare(encryptTo) }] : [],
      ...requestsBy ? [{ type: 'X509Certificate', signing: true, encryption: false, X509Certificate: bare(requestsBy) }] : []] } : {}),
    'assertion.encryption': encryptTo !== undefined, 'validate.authnrequest': requestsBy !== undefined,
    ...(signatureAlgorithm ? { 'signature.algorithm': signatureAlgorithm } : {}) })};\n`;

const unescape = (text: string): string => text.replace(/&(#\d+|quot|lt|gt|amp);/g, (_, name: string) =>
  ({ quot: '"', lt: '<', gt: '>', amp: '&' } as Record<string, string>)[name] ?? String.fromCodePoint(Number(name.slice(1))));
/** The form of a page: where it goes, and its hidden fields. */
function formOf(html: string): { action: string; fields: Record<string, string> } {
  const attribute = (tag: string, name: string): string => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const fields = [...html.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
  return { action: attribute(/<form\b[^>]*>/.exec(html)?.[0] ?? '', 'action'), fields: Object.fromEntries(fields) };
}

export async function startSimpleSaml(): Promise<SimpleSaml> {
  const base = `http://127.0.0.1:${await freePort()}`, folder = newFolder('simplesamlphp'), pair = newPair(), password = 'its own password';
  write(folder, base, pair, password);
  const child = spawn(...bound('/usr/bin/php', ['-d', 'opcache.enable_cli=0', '-S', new URL(base).host, '-t', program]),
    { env: { PATH: '/usr/bin:/bin', SIMPLESAMLPHP_CONFIG_DIR: folder }, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '', ended = false;
  child.stderr.on('data', (chunk: Buffer) => { told += chunk.toString(); });
  const over = new Promise<void>((end) => child.once('close', () => { ended = true; end(); }));
  atEnd(() => {
    child.kill();
    return over;
  });
  const metadataUrl = `${base}/saml2/idp/metadata.php`;
  await vi.waitUntil(() => ended || send('GET', metadataUrl).then(() => true, () => false), soon);
  if (ended) throw new Error(`SimpleSAMLphp did not start\n${told}`);
  const follow = async (b: Browser, at: string): Promise<{ url: string; text: string }> => {
    let url = new URL(at, base), answer = await b.get(url.pathname + url.search);
    for (let n = 0; n < 10 && answer.headers.location; n++) {
      url = new URL(answer.headers.location, url);
      answer = await b.get(url.pathname + url.search);
    }
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}\n${answer.text}\n${told}`);
    return { url: url.href, text: answer.text };
  };
  return {
    entityId: metadataUrl, metadataUrl, pair, password,
    knows: (partners) => writeFileSync(join(folder, 'metadata/saml20-sp-remote.php'), `<?php\n${partners.map(partnerMetadata).join('')}`),
    begin: ({ entityId }) => `${base}/saml2/idp/SSOService.php?${new URLSearchParams({ spentityid: entityId })}`,
    async signIn(at) {
      const b = new Browser(() => base), asked = await follow(b, at), { fields } = formOf(asked.text);
      const to = new URL(asked.url);
      let answer = await b.request('POST', to.pathname + to.search,
        { body: new URLSearchParams({ ...fields, username: 'ada', password }) });
      if (answer.headers.location) answer = { ...answer, text: (await follow(b, answer.headers.location)).text };
      const form = formOf(answer.text);
      if (!form.fields['SAMLResponse']) throw new Error(`no response came\n${answer.text}\n${told}`);
      return form;
    },
  };
}
