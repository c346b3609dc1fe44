// Second factors: an authenticator app, passkeys, backup codes; and whether sign-in asks for them.
import { useEffect, useState } from 'preact/hooks';
import { CopyButton, DownloadButton } from '../../shared/keep.tsx';
import { page, t } from '../../shared/page.ts';
import { createPasskey } from '../../shared/passkey.ts';
import { Check, CodeInput, Field, Form } from '../../shared/ui.tsx';
import { useAccount } from './account.ts';
import { beginPasskey, changeFactorSettings, checkPasskey, type Factor, keepBackupCodes, keepPasskey, newBackupCodes, newSecret,
  readFactors, readFactorSettings, removeFactor, renamePasskey, setAuthenticator } from './api.ts';
import { edits } from './client.ts';
import { prove } from './proof.tsx';
import { Confirmation, Dialog, day, Failed, Loading, Panel, removal, Row, RowButton, Rows, useAction, useLoaded } from './ui.tsx';

interface Rules { mfa?: { factors: string[]; policy: string }; passkeySignIn?: { enabled?: boolean } }
const rules = page.experience as Rules;
const offers = (type: Factor['type']) => rules.mfa?.factors.includes(type) ?? false;
const mayAddPasskey = () => offers('WebAuthn') || Boolean(rules.passkeySignIn?.enabled);
/** Where the tenant insists on factors, nobody can switch the question off. */
const maySkip = () => !/Mandatory$/.test(rules.mfa?.policy ?? 'Mandatory');

type Open = { kind: 'authenticator'; replaces: boolean } | { kind: 'passkey' } | { kind: 'codes'; before?: Factor | undefined }
  | { kind: 'rename' | 'remove'; factor: Factor };
interface WindowProps { onDone: () => Promise<void>; onClose: () => void }

/** A secret as a picture and as a text, and a code that shows that the app has it. */
function Authenticator({ replaces, onDone, onClose }: WindowProps & { replaces: boolean }) {
  const secret = useLoaded(newSecret);
  const [code, setCode] = useState('');
  const action = useAction();
  const check = (typed: string) => void action.run(async () => {
    if (!secret.value) return;
    try { await setAuthenticator(secret.value.secret, typed, replaces); } catch (error) { setCode(''); throw error; }
    await onDone();
    onClose();
  });
  return (
    <Dialog title={t('mfa.totp')} description={t('mfa.totp_scan')} onClose={onClose}>
      {secret.error && <Failed error={secret.error} again={() => void secret.load()} />}
      {!secret.value && !secret.error && <Loading />}
      {secret.value && <>
        <img class="qr" src={secret.value.secretQrCode} alt={t('mfa.qr')} width={180} height={180} />
        <p class="help">{t('mfa.secret')}</p>
        <p class="secret">{secret.value.secret.replace(/.{4}(?=.)/g, '$& ')}</p>
        <div class="tools"><CopyButton text={secret.value.secret} /></div>
        <Form action={action} onSubmit={() => check(code)} submit={t('action.continue')}>
          <CodeInput value={code} onValue={setCode} onFull={check} bad={Boolean(action.error)} />
        </Form>
      </>}
    </Dialog>
  );
}

/** The browser makes it; a name tells it from others. */
function NewPasskey({ onDone, onClose }: WindowProps) {
  const [name, setName] = useState('');
  const action = useAction();
  const create = () => void action.run(async () => {
    const { verificationRecordId, registrationOptions } = await beginPasskey();
    await checkPasskey(verificationRecordId, await createPasskey(registrationOptions));
    await keepPasskey(verificationRecordId, name.trim());
    await onDone();
    onClose();
  });
  return (
    <Dialog title={t('mfa.passkey_create')} description={t('mfa.passkey_hint')} onClose={onClose}>
      <Form action={action} onSubmit={create} submit={t('mfa.passkey_create')}>
        <Field label={t('account.passkey_name')} name="passkey-name" autocomplete="off" value={name} onValue={setName} optional autoFocus />
      </Form>
    </Dialog>
  );
}

function Rename({ factor, onDone, onClose }: WindowProps & { factor: Factor }) {
  const [name, setName] = useState(factor.name ?? '');
  const action = useAction();
  const save = () => void action.run(async () => {
    await renamePasskey(factor.id, name.trim());
    await onDone();
    onClose();
  });
  return (
    <Dialog title={t('account.rename')} onClose={onClose}>
      <Form action={action} onSubmit={save} submit={t('account.save')}>
        <Field label={t('account.passkey_name')} name="passkey-name" autocomplete="off" value={name} onValue={setName} autoFocus />
      </Form>
    </Dialog>
  );
}

/** New codes are stored before they are shown, and shown once: they take the place of a set before them. */
function BackupCodes({ before, onDone, onClose }: WindowProps & { before?: Factor | undefined }) {
  const [codes, setCodes] = useState<string[]>();
  const action = useAction();
  const create = () => void action.run(async () => {
    const made = await newBackupCodes();
    await keepBackupCodes(made);
    setCodes(made);
    await onDone();
  });
  const text = codes?.join('\n') ?? '';
  return (
    <Dialog title={t('account.backup_codes')} description={t(codes ? 'mfa.backup_hint' : before
      ? 'account.codes_replace_hint' : 'account.codes_hint')} onClose={onClose}>
      {!codes && <Form action={action} onSubmit={create} submit={t('account.create_codes')}>{null}</Form>}
      {codes && <>
        <ul class="backup-codes" aria-label={t('account.backup_codes')}>{codes.map((one) => <li key={one}>{one}</li>)}</ul>
        <div class="actions">
          <div class="tools"><CopyButton text={text} /><DownloadButton text={text} name="backup-codes.txt" /></div>
          <button type="button" class="button" onClick={onClose}>{t('mfa.backup_kept')}</button>
        </div>
      </>}
    </Dialog>
  );
}

const nameOf = (factor: Factor) => factor.type === 'WebAuthn' ? factor.name || t('mfa.webauthn')
  : t(factor.type === 'Totp' ? 'mfa.totp' : 'account.backup_codes');

function Window({ open, isLast, ...rest }: WindowProps & { open: Open; isLast: boolean }) {
  switch (open.kind) {
    case 'authenticator': return <Authenticator replaces={open.replaces} {...rest} />;
    case 'passkey': return <NewPasskey {...rest} />;
    case 'codes': return <BackupCodes before={open.before} {...rest} />;
    case 'rename': return <Rename factor={open.factor} {...rest} />;
    case 'remove': return <Confirmation {...removal(nameOf(open.factor))} onClose={rest.onClose}
      text={t(isLast ? 'account.remove_last_factor_hint' : 'account.remove_factor_hint')}
      run={async () => { await removeFactor(open.factor.id); await rest.onDone(); }} />;
  }
}

function AskAtSignIn() {
  const { account } = useAccount();
  const settings = useLoaded(readFactorSettings);
  const action = useAction();
  const [skips, setSkips] = useState(false);
  useEffect(() => setSkips(settings.value?.skipMfaOnSignIn ?? false), [settings.value]);
  if (!settings.value) return null;
  const set = (asks: boolean) => void action.run(async () => {
    if (await prove(account)) setSkips((await changeFactorSettings({ skipMfaOnSignIn: !asks })).skipMfaOnSignIn);
  });
  return (
    <div class="block-foot">
      <Check name="ask-at-sign-in" checked={!skips} onChecked={set}>{t('account.ask_at_sign_in')}</Check>
      {action.error && <p class="error" role="alert">{action.error.message}</p>}
    </div>
  );
}

export function Factors() {
  const { account } = useAccount();
  const { value: factors, error, load } = useLoaded(readFactors);
  const [open, setOpen] = useState<Open>();
  if (error) return <Panel title={t('account.factors')}><Failed error={error} again={() => void load()} /></Panel>;
  if (!factors) return <Panel title={t('account.factors')}><Loading /></Panel>;
  const start = async (what: Open) => { if (await prove(account)) setOpen(what); };
  const may = edits('mfa');
  const totp = factors.find((one) => one.type === 'Totp'), codes = factors.find((one) => one.type === 'BackupCode');
  const passkeys = factors.filter((one) => one.type === 'WebAuthn');
  const since = (one: Factor) => t('account.added_on', { date: day(one.createdAt) });
  const remove = (factor: Factor) => <RowButton label={t('account.remove')} of={nameOf(factor)}
    onClick={() => void start({ kind: 'remove', factor })} />;
  const isEmpty = factors.length === 0 && !offers('Totp') && !offers('WebAuthn') && !offers('BackupCode');
  return (
    <Panel title={t('account.factors')} hint={t(isEmpty ? 'account.no_factors' : 'account.factors_hint')}>
      <Rows>
        {(totp || offers('Totp')) && <Row label={t('mfa.totp')} value={totp ? since(totp) : t('account.not_set_up')}>
          {may && offers('Totp') && <RowButton label={t(totp ? 'account.replace' : 'account.set_up')} of={t('mfa.totp')}
            onClick={() => void start({ kind: 'authenticator', replaces: Boolean(totp) })} />}
          {may && totp && remove(totp)}
        </Row>}
        {passkeys.map((one) => <Row key={one.id} label={nameOf(one)} value={one.name ? `${t('mfa.webauthn')} · ${since(one)}` : since(one)}>
          {may && <RowButton label={t('account.rename')} of={nameOf(one)} onClick={() => void start({ kind: 'rename', factor: one })} />}
          {may && remove(one)}
        </Row>)}
        {mayAddPasskey() && may && <Row label={t('mfa.webauthn')} value={t(passkeys.length ? 'mfa.webauthn_hint' : 'account.not_set_up')}>
          <RowButton label={t('account.add')} of={t('mfa.webauthn')} onClick={() => void start({ kind: 'passkey' })} /></Row>}
        {(codes || (offers('BackupCode') && factors.length > 0)) && <Row label={t('account.backup_codes')}
          value={codes ? t('account.codes_left', { count: codes.remainCodes ?? 0 }) : t('account.not_set_up')}>
          {may && offers('BackupCode') && <RowButton label={t(codes ? 'account.replace' : 'account.create_codes')} of={t('account.backup_codes')}
            onClick={() => void start({ kind: 'codes', before: codes })} />}
          {may && codes && remove(codes)}
        </Row>}
      </Rows>
      {may && factors.length > 0 && maySkip() && <AskAtSignIn />}
      {open && <Window open={open} onDone={load} onClose={() => setOpen(undefined)}
        isLast={factors.filter((one) => one.type !== 'BackupCode').length <= 1} />}
    </Panel>
  );
}
