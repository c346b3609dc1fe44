// Prints docs/limits.md: every limit that a caller can meet, with its value as the sources have it and its setting.
//	node tools/limits.mjs >docs/limits.md
// tests/drift/limits.sh fails when the page is not what this prints. A new #define of a name with MAX or MOST belongs
// into one of the two tables below: it is told, or it is inside of the program.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// file, name, what is limited. `$` in the sentence is where the value stands.
const told = [
  ['http/head.c', 'HEAD_MAX', 'Request line and headers of a request: $'],
  ['http/head.c', 'ORIGIN_MAX', 'Origin that is looked at: $ bytes'],
  ['http/exchange.c', 'SWALLOW_MAX', 'Of a body that nobody reads: $, then the connection is closed'],
  ['http/request.h', 'FORM_PARAMS_MAX', 'Parameters of a form: $'],
  ['http/body.c', 'DEPTH_MAX', 'Levels of JSON in a body: $'],
  ['http/body.c', 'FORM_DEPTH', 'Levels of brackets in a name of a form: $; the rest stays in the name'],
  ['base/search.h', 'SEARCH_RANGES_MOST', 'Characters in the ranges of all classes of a search pattern: $'],
  ['http/cookie.h', 'COOKIES_MOST', 'Cookies of a request: $'],
  ['http/cookie.h', 'COOKIE_SIZE_MOST', 'Name and value of a cookie that the server sets: $ bytes'],
  ['http/multipart.h', 'PARTS_MOST', 'Parts of an upload: $'],
  ['http/multipart.h', 'PART_HEAD_MOST', 'Headers of a part: $ bytes'],
  ['http/multipart.h', 'PART_NAME_MOST', 'Name of a part: $ bytes'],
  ['http/multipart.h', 'FILE_NAME_MOST', 'Name of a file: $ bytes; the rest is cut'],
  ['http/request.h', 'PAGE_SIZE_MOST', 'Rows of a page: $'],
  ['http/user_agent.c', 'VERSION_MOST', 'Version of a browser or system that the audit log tells: $ characters; the rest is cut'],
  ['http/links.c', 'LINKS_MAX', 'Links of a page: $; addresses that are longer are left out'],
  ['http/reply.c', 'HEADER_MAX', 'One header of an answer: $'],
  ['http/reply.c', 'HEADERS_MAX', 'All headers of an answer: $'],
  ['base/budget.c', 'TREE_PART', 'Memory for what is parsed of one body: 1/$ of `--memory`'],
  ['oidc/oauth.h', 'OAUTH_BODY_MAX', 'Body of a request to an OAuth endpoint: $'],
  ['http/helper.c', 'CALLS_MOST', 'Documents that one process of the SAML helper reads before another takes its place: $'],
  ['saml/response.c', 'RESPONSE_MOST', 'Response of a SAML provider, as XML: $'],
  ['saml/metadata.c', 'METADATA_MOST', 'Metadata of a SAML provider: $'],
  ['saml/metadata.c', 'NAME_MOST', 'Entity id of a SAML provider: $ bytes'],
  ['saml/metadata.c', 'URL_MOST', 'Address in it: $ bytes'],
  ['saml/xml.h', 'XML_DEPTH_MOST', 'Levels of XML in both: $'],
  ['saml/xml.h', 'XML_ELEMENTS_MOST', 'Elements in both: $'],
  ['saml/xml.h', 'XML_ATTRIBUTES_MOST', 'Attributes of an element: $'],
  ['saml/response.c', 'ATTRIBUTES_MOST', 'Attributes of a person in a SAML response: $'],
  ['saml/response.c', 'TEXT_MOST', 'Value of one: $ bytes'],
  ['saml/key.c', 'CERTIFICATE_MOST', 'Certificate of a SAML provider: $ characters'],
  ['saml/key.h', 'KEYS_MOST', 'Certificates of a SAML provider: $'],
  ['sso/signing_key.h', 'SIGNING_KEYS_MOST', 'Signing keys of a connector: $'],
  ['crypto/jwt.h', 'JWT_MAX', 'A token that is looked at: $'],
  ['crypto/jwk.h', 'JWK_RSA_MOST_BITS', 'RSA keys: $ bits'],
  ['crypto/web_authn.h', 'WEB_AUTHN_CLIENT_DATA_MAX', 'What a browser says about a passkey: $ bytes'],
  ['crypto/web_authn.h', 'WEB_AUTHN_ATTESTATION_MAX', 'What an authenticator says when it makes a passkey: $ bytes'],
  ['crypto/web_authn.h', 'WEB_AUTHN_AUTH_DATA_MAX', 'What it says when it uses one: $ bytes'],
  ['crypto/web_authn.h', 'WEB_AUTHN_SIGNATURE_MAX', 'The signature with that: $ bytes'],
  ['crypto/web_authn.h', 'WEB_AUTHN_ID_MAX', 'Id of a passkey: $ bytes'],
  ['crypto/ctap.h', 'CTAP_DEPTH_MAX', 'Levels of CBOR in what an authenticator says: $'],
  ['entity/field.c', 'ISSUES_MOST', 'Faults of one body or query that the answer tells: $'],
  ['entity/field.c', 'RECEIVED_MOST', 'Of a wrong value, what the answer repeats: $ bytes'],
  ['organizations/held_roles.c', 'GIVEN_MOST', 'Roles that one request gives, members times roles: $'],
  ['directory/factor.h', 'FACTORS_MOST', 'Second factors of a user: $'],
  ['directory/user_identities.c', 'IDENTITY_MAX', 'Id of an account at a social provider: $ characters'],
  ['directory/user_identities.c', 'TARGET_MAX', 'Name of a social provider: $ characters'],
  ['organizations/access.c', 'ENTRIES_MOST', 'Entries in each list of rules of access control, as it is sent: $'],
  ['organizations/access.c', 'RULES_MOST', 'Different ones of them: $'],
  ['entity/relation.c', 'TOLD_MOST', 'Ids of one list in an event: $; the rest is left out'],
  ['organizations/jit.c', 'WARNED_OF_MOST', 'Domains of mail services that one warning names: $; the rest is counted'],
  ['directory/applications.c', 'URIS_MOST', 'Addresses in each list of an application: $'],
  ['base/url.h', 'URL_HOST_MAX', 'Host of a URL: $ bytes'],
  ['base/url.h', 'URL_LABEL_MAX', 'Label of a host: $ bytes'],
  ['directory/directory.h', 'DESCRIPTION_MOST', 'Description of an application or an API scope: $ characters'],
  ['tenant/profile_fields.c', 'BATCH_MOST', 'Profile fields that one request makes: $'],
  ['tenant/profile_fields.c', 'LIMIT_MOST', 'Limit that a profile field sets: $'],
  ['directory/resources.c', 'INDICATOR_MAX', 'Indicator of an API resource: $ characters'],
  ['directory/merge.h', 'MERGED_MAX', 'Custom data or profile after many patches: $'],
  ['tenant/upload.h', 'UPLOAD_MOST', 'A picture that is uploaded: $'],
  ['signin/avatar.c', 'AVATARS_MOST', 'Pictures that a person uploads in one registration: $'],
  ['tenant/sso_provider.c', 'XML_MOST', 'Metadata of a SAML provider: $ bytes'],
  ['sso/document.h', 'DOCUMENT_MAX', 'Discovery document or key set of an identity provider: $'],
  ['sso/discovery.c', 'URL_MOST', 'Address in a discovery document: $ bytes'],
  ['sso/id_token.c', 'KEYS_MOST', 'Keys of an identity provider: $'],
  ['sso/id_token.c', 'TRIES_MOST', 'Of these, tried with one ID token: $'],
  ['sso/code_flow.c', 'CODE_MOST', 'Authorization code of an identity provider: $ bytes'],
  ['sso/trial.c', 'MOST', 'Test sign-ins of a connector that are kept: $'],
  ['sso/trial.c', 'SAID_MAX', 'What a provider says in one of them: $; more is not shown'],
  ['organizations/jit.h', 'JIT_FORESEEN_MOST', 'Organizations that a test sign-in names: $'],
  ['sso/trial_page.c', 'SHOWN_MOST', 'Claims on the page of a test sign-in: $'],
  ['sso/trial_page.c', 'VALUE_MOST', 'One of them: $ characters; more is not shown there'],
  ['sso/apple_client.c', 'USER_MOST', 'Name of a person in an answer of Apple: $ bytes'],
  ['oidc/prompts.c', 'CREDENTIAL_MOST', 'What an application got by Google One Tap: $ bytes'],
  ['crypto/keys.c', 'PEM_MOST', 'Private key of a connector: $ bytes'],
  ['tenant/connectors.c', 'TARGET_MAX', 'Target of a social connector: $ characters'],
  ['tenant/connectors.c', 'NAMES_MOST', 'Languages in which a connector has a name: $'],
  ['tenant/connectors.c', 'NAME_BYTES_MOST', 'One of these names: $ bytes'],
  ['tenant/social_provider.c', 'PARAMETERS_MOST', 'Parameters of its own in the sign-in of a connector: $'],
  ['sso/person.h', 'PERSON_ID_MAX', 'Id of an account at an identity provider: $ characters'],
  ['sso/person.h', 'ISSUER_MAX', 'Issuer of such an account: $ bytes'],
  ['sso/person.c', 'DETAIL_MAX', 'What an identity provider says of a person: $; of more, only name, picture, address and number are kept'],
  ['sso/person.c', 'CLAIM_NAME_MAX', 'Name of a claim that is kept: $ bytes'],
  ['sso/person.c', 'NAME_MAX', 'Name that an identity provider says: $ characters'],
  ['sso/person.c', 'AVATAR_MAX', 'Address of a picture that it says: $ characters'],
  ['sso/person.c', 'EMAIL_MAX', 'E-mail address that it says: $ characters'],
  ['sso/person.c', 'PHONE_MAX', 'Phone number that it says: $ characters'],
  ['sso/saml_initiated.c', 'LIFE_MOST_MS', 'Sign-in that a SAML provider begins: to be finished within $ ms'],
  ['signin/look.c', 'LOOK_MOST', 'Style sheet that plain pages wear, with its logos: $'],
  ['signin/page.c', 'CALLBACK_MOST', 'Answer of an identity provider as a form: $'],
  ['tenant/message_limit.h', 'MESSAGES_MOST', 'Messages of a kind to a recipient within ten minutes: $'],
  ['tenant/senders.h', 'SENDERS_MOST', 'Messages of the sign-in pages that one copy sends at once: $'],
  ['tenant/senders.h', 'SENDERS_OF_TENANT_MOST', 'Of these of one tenant: $'],
  ['directory/hook_deliveries.c', 'OF_TENANT_MOST', 'Calls of webhooks that one copy makes for one tenant at once: $'],
  ['directory/hook_deliveries.c', 'OF_HOOK_MOST', 'Of these of one webhook: $'],
  ['directory/hooks.c', 'NAME_MOST', 'Name of a webhook: $ characters'],
  ['directory/hooks.c', 'HEADERS_MOST', 'Headers that a webhook adds to its calls: $'],
  ['signin/sent_code.h', 'SENT_CODE_VALUE_MOST', 'Address, number or code in a call of the pages: $ characters'],
  ['tenant/mail.c', 'MAIL_MOST', 'A mail: $'],
  ['tenant/mail.c', 'SUBJECT_MOST', 'Subject of a mail: $; the rest is cut'],
  ['tenant/lockout.c', 'DEVICE_FAULTS_MOST',
    'Codes of no device that one address, with IPv6 of one /64, enters within ten minutes: $; then it waits for ten'],
  ['tenant/code_policy.c', 'TRIES', 'Wrong tries of a verification code: $, where the tenant has no rule of its own'],
  ['entity/field.h', 'LIFETIME_MOST_S', 'Lifetime of a token: $ seconds'],
  ['signin/totp.c', 'CODE_MOST', 'Code of an authenticator app in a call of the pages: $ characters'],
  ['signin/backup_code.c', 'CODE_MOST', 'Backup code in a call of the pages: $ characters'],
  ['signin/experience.c', 'IDENTIFIER_MOST', 'What a person signs in with, an address or a name: $ characters'],
  ['signin/experience.c', 'CAPTCHA_TOKEN_MOST', 'What a captcha service gave a page: $ characters'],
  ['signin/interaction.c', 'CLIENTS_MOST', 'Applications whose sign-ins one browser keeps apart: $'],
  ['signin/new_password.h', 'NEW_PASSWORD_MOST', 'A password that a person chooses: $ characters'],
  ['account/factors.c', 'FACTOR_NAME_MOST', 'Name of a passkey: $ characters'],
  ['account/proof.c', 'PROOFS_MOST', 'Proofs of one person for the account API within ten minutes: $'],
  ['oidc/private_keys.c', 'GRACE_MOST_S', 'Grace period of a rotated signing key: $ seconds'],
  ['crypto/password.h', 'PASSWORD_MAX', 'A password: $ bytes'],
  ['crypto/password.c', 'MEMORY_MOST_KIB',
    'Memory of an imported digest (Argon2, scrypt), and of all that are computed at once: $ KiB'],
  ['crypto/password.c', 'ARGON2_MOST_WORK', 'Argon2 digest, memory times passes: $ KiB'],
  ['crypto/password.c', 'ARGON2_MOST_LANES', 'Argon2 digest, lanes: $'],
  ['crypto/password.c', 'BCRYPT_MOST_COST', 'bcrypt digest: 2^$ rounds'],
  ['crypto/password.c', 'PBKDF2_MOST_WORK', 'PBKDF2 digest, rounds times blocks of its hash: $'],
  ['crypto/password.c', 'SCRYPT_MOST_BLOCK', 'scrypt digest, size of a block: $'],
  ['store/search.c', 'UNINDEXED', 'Rows of a table that wait for the search index (SQLite): $'],
  ['store/search.c', 'UNINDEXED_BYTES', 'Their text: $'],
  ['http/transfer.c', 'URL_MOST', 'Address of a call to another server: $ bytes'],
  ['http/transfer.c', 'REDIRECTS_MOST', 'Redirects that a call follows: $'],
  ['http/transfer.c', 'ANSWER_MOST', 'Answer to a call: $'],
  ['http/transfer.c', 'HEADERS_MOST', 'Headers of the answer to a call: $'],
  ['http/transfer.c', 'HEADER_LINES_MOST', 'Their lines: $'],
  ['http/smtp.c', 'LINES_MOST', 'Lines of a reply of a mail server: $'],
  ['http/lookup.h', 'LOOKUPS_MOST', 'Questions to the DNS that are open at once: $'],
  ['http/lookup.c', 'TEXTS_MOST', 'Texts of a name in the DNS: $; with more, none of them is known'],
  ['http/lookup.c', 'ANSWER_MOST', 'All of them together: $'],
  ['organizations/domain_proof.c', 'PROOFS_MOST', 'Proofs of e-mail domains of a tenant: $'],
  ['server/environment.c', 'REMEMBERED_MOST', 'Tokens, clients and the like that are remembered: $'],
];

const inside = [
  ['http/lookup.c', 'NAME_MOST'], ['organizations/domain_proof.c', 'DOMAIN_MOST'], ['organizations/domain_proof.c', 'LABEL_MOST'],
  ['crypto/rsa_certificate.c', 'SIGNATURE_MOST'], ['http/helper.c', 'ANSWER_MOST'], ['saml/encryption.c', 'ENCRYPTED_KEYS_MOST'],
  ['saml/encryption.c', 'WRAPPED_MOST'], ['saml/main.c', 'QUESTION_MOST'], ['saml/signature.c', 'PREFIXES_MOST'],
  ['saml/signature.c', 'PREFIX_LIST_MOST'], ['sso/saml_helper.c', 'QUESTION_MOST'], ['sso/saml_helper.c', 'NESTED_MOST'], ['sso/saml.h', 'SAML_CERTIFICATES_MOST'], ['sso/saml_initiated.c', 'LIFE_MOST_MS'],
  ['sso/saml_message.c', 'MESSAGE_MOST'], ['sso/code_flow.c', 'REFUSAL_MOST'],
  ['tenant/factory.c', 'ONE_LINE_MOST'], ['base/cache.c', 'MAX_SHARDS'], ['base/log.h', 'LOG_REQUEST_MAX'], ['base/settings.c', 'MAX_FILE'], ['cli/cli.h', 'OPTIONS_MOST'],
  ['crypto/jwk.c', 'COORDINATE_MAX'], ['crypto/jws.c', 'DER_MAX'], ['crypto/keys.h', 'KEY_SIGNATURE_MAX'], ['crypto/password.c', 'DERIVED_MAX'],
  ['crypto/seal.c', 'KEY_FILE_MAX'], ['directory/phone.c', 'NATIONAL_MAX'], ['entity/field.c', 'TIME_MOST'],
  ['entity/field.h', 'STORED_MAX'],
  ['http/client.c', 'EVENTS_MOST'], ['http/cookie.c', 'LIFE_MOST_S'], ['http/cookie.h', 'COOKIE_KEYS_MOST'],
  ['http/exchange.c', 'CHUNK_MAX'], ['http/exchange.c', 'KEPT_MAX'], ['http/forwarded.c', 'ELEMENT_MAX'],
  ['http/exchange.c', 'LINES_MAX'], ['http/language.c', 'QUALITY_MOST'], ['http/tls.c', 'CHAIN_MOST'],
  ['http/mount.c', 'MOUNTS_MAX'], ['http/multipart.c', 'BOUNDARY_MOST'], ['http/route.c', 'ARGS_MAX'],
  ['http/route.c', 'SEGMENTS_MAX'], ['http/smtp.c', 'ADDRESS_MOST'], ['http/transfer.h', 'ORIGIN_MOST'],
  ['oidc/access_token.c', 'CLAIMS_MAX'], ['oidc/claims.c', 'ID_CLAIMS_MAX'], ['oidc/device.c', 'INPUT_MOST'], ['oidc/device.c', 'HINT_MOST'],
  ['oidc/backchannel.c', 'CALL_MOST_MS'], ['oidc/pkce.c', 'LENGTH_MOST'], ['oidc/prompts.c', 'HINT_MOST'],
  ['oidc/magic_link.c', 'VALUE_MOST'], ['oidc/redirect_uri.c', 'URI_MOST'], ['oidc/return_address.c', 'ADDRESS_MOST'],
  ['oidc/refresh.c', 'CHAIN_MOST_MS'], ['oidc/words.h', 'WORDS_MAX'], ['oidc/token_answer.c', 'TOKEN_MAX'],
  ['oidc/authorization.c', 'PAIR_MAX'], ['oidc/client.c', 'ID_MAX'], ['oidc/oauth.c', 'DESCRIPTION_MAX'],
  ['server/lanes.c', 'THREADS_MAX'], ['signin/web_authn.c', 'AGENT_MOST'], ['store/engine.h', 'CONSTRAINT_MAX'], ['store/rows.c', 'WHOLE_MOST'],
  ['tenant/storage.c', 'FILE_MOST'], ['tenant/email_templates.c', 'LANGUAGES_MOST'], ['tenant/mail.c', 'PATH_MOST'], ['tenant/outgoing.c', 'TRIES_MOST'], ['directory/hook_deliveries.c', 'TRIES_MOST'], ['directory/hooks.c', 'RETRIES_MOST'], ['sso/trial_page.c', 'PARTS_MOST'],
  ['tenant/tenant.c', 'NAME_MAX_UNITS'], ['tenant/upload.h', 'UPLOAD_BODY_MOST'],
];

// Numbers of docs/settings.md that limit nothing.
const free = ['--port', '--admin-port', '--key-rotation-grace', '--expired-secret-days'];

const sources = readdirSync('src', { recursive: true }).filter((name) => /\.[ch]$/.test(name)).sort();
const text = new Map(sources.map((name) => [name, readFileSync(join('src', name), 'utf8')]));
let bad = false;
function complain(line) {
  console.error(line);
  bad = true;
}

const defined = new Map();	// "file NAME" -> value
for (const [file, source] of text)
  for (const [, name, value] of source.matchAll(/^#define ([A-Z][A-Z0-9_]*)[ \t]+"?(.*?)"?[ \t]*(?:\/\*.*)?$/gm))
    defined.set(`${file} ${name}`, value);

const readable = (value) => value.replace(/^INT64_C\((.*)\)$/, '$1').replace(/^KIB\((.*)\)$/, '$1 KiB')
  .replace(/^MIB\((.*)\)$/, '$1 MiB');

const known = new Set([...told, ...inside].map(([file, name]) => `${file} ${name}`));
for (const one of known) if (!defined.has(one)) complain(`tools/limits.mjs: src/${one} is not there`);
for (const one of defined.keys())
  if (/ (.*_)?(MAX|MOST)(_.*)?$/.test(one) && !known.has(one))
    complain(`tools/limits.mjs tells nothing of src/${one}`);

// ---- members of bodies: rows of fields with a length

const wordOf = { FIELD_LIST: 'elements', FIELD_TEXT: 'characters' };
function memberRows() {
  const rows = new Set();
  for (const [file, source] of text) {
    if (!/^(directory|organizations|oidc|tenant)\/.*\.c$/.test(file)) continue;
    for (const [row] of source.matchAll(/\{ "[A-Za-z]+",[^{}]*?\.max = [^{}]*?\}/gs)) {
      const type = /FIELD_[A-Z]+/.exec(row)?.[0] ?? 'FIELD_TEXT';
      const value = /\.max = (\w+)/.exec(row)[1];
      const number = /^\d/.test(value) ? value : [...defined].find(([one]) => one.endsWith(` ${value}`))?.[1];
      const least = /\.min = (\w+)/.exec(row)?.[1];
      if (!number) complain(`${file}: what is ${value}?`);
      rows.add(`| \`${/"([A-Za-z]+)"/.exec(row)[1]}\` | ${least ? `${least} to ` : ''}${readable(number)}${
        wordOf[type] ? ` ${wordOf[type]}` : /"Seconds/.test(row) ? ' seconds' : ''} | \`${file}\` |`);
    }
  }
  return [...rows].sort();
}

// ---- sessions of PostgreSQL

const connect = text.get('store/connect.c');
const session = [...connect.matchAll(/SET ((?:statement|lock|idle_in_transaction_session)_timeout) = '(\w+)'/g)]
  .map(([, name, value]) => [name, value]);
const files = /SET_TEMP_FILE_LIMIT\("(\w+)"\)/.exec(connect);
if (session.length === 0 || !files) complain('tools/limits.mjs: src/store/connect.c sets no limits');
session.push(['temp_file_limit', `${files?.[1]}, where the role may set it (a superuser, or GRANT SET ON PARAMETER)`]);

// ---- bodies, by mount

const bodies = [];
for (const [file, source] of text)
  for (const [, what, value] of source.matchAll(/\.(body|form)_max = (\w+\(\d+\))/g))
    bodies.push(`| Body of a request, ${what === 'form' ? 'a form or a text' : 'JSON'} (mounts of \`${file}\`) | ${
      readable(value)} |`);

const settings = readFileSync('docs/settings.md', 'utf8').split('\n')
  .map((line) => line.split(' | ')).filter((cells) => /^\d+ to \d+$/.test(cells[3]))
  .filter(([flag]) => !free.includes(flag.replace(/[| `]/g, '')))
  .map(([flag, , fallback, values, meaning]) => `${flag} | ${fallback} | ${values} | ${meaning}`);

if (bad) process.exit(1);
console.log(`# Limits

What one caller may take, so that others have their part. What is beyond a limit is refused, unless the line says
otherwise. This page is made from the sources: \`node tools/limits.mjs >docs/limits.md\`.

## With a setting

[settings.md](settings.md) has the environment variables and all other settings.

| Flag | Default | Values | Meaning |
| --- | --- | --- | --- |
${settings.join('\n')}

## Fixed

| What | At most |
| --- | --- |
${bodies.join('\n')}
${told.map(([file, name, sentence]) => {
  const [what, value] = sentence.split(/: (?=[^:]*$)/);
  return `| ${what} | ${value.replace('$', readable(defined.get(`${file} ${name}`)))} |`;
}).join('\n')}

## Members of bodies

Characters are counted as JavaScript counts them, in UTF-16 units. \`GET /api/swagger.json\` tells the same of each route.

| Member | At most | Where |
| --- | --- | --- |
${memberRows().join('\n')}

## Sessions of PostgreSQL

| Setting of the session | Value |
| --- | --- |
${session.map(([name, value]) => `| \`${name}\` | ${value} |`).join('\n')}
`.trimEnd());
