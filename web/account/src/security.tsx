// How the person signs in: addresses, password, accounts elsewhere, and second factors.
import { useEffect, useState } from 'preact/hooks';
import { identifierFault, identifierLabel, readIdentifier } from '../../shared/identifier.ts';
import { useNewPassword } from '../../shared/new-password.tsx';
import { Mark } from '../../shared/look.tsx';
import { socialName, t } from '../../shared/page.ts';
import { Resend } from '../../shared/resend.tsx';
import { Alert, CodeInput, Field, Form } from '../../shared/ui.tsx';
import { useAccount } from './account.ts';
import { type Address, changePassword, checkCode, removeAddress, sendCode, setAddress, unlink } from './api.ts';
import { edits, shows } from './client.ts';
import { Factors } from './factors.tsx';
import { prove } from './proof.tsx';
import { finishLink, leaveFor, socials } from './social.ts';
import { Confirmation, Dialog, Panel, removal, Row, RowButton, Rows, shownAddress, useAction } from './ui.tsx';

const labelOf = (type: Address) => identifierLabel([type]);

/** A new address, and the code that was sent to it. */
function EditAddress({ type, onClose }: { type: Address; onClose: () => void }) {
  const { reload } = useAccount();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const [record, setRecord] = useState<string>();
  const [code, setCode] = useState('');
  const action = useAction();
  const { value } = readIdentifier(typed, [type]);
  const send = async () => setRecord((await sendCode(type, value)).verificationRecordId);
  const start = () => {
    const found = identifierFault({ type, value });
    setFault(found);
    if (!found) void action.run(send);
  };
  const check = (digits: string) => void action.run(async () => {
    if (!record) return;
    try { await checkCode(type, value, record, digits); } catch (error) { setCode(''); throw error; }
    await setAddress(type, value, record);
    await reload();
    onClose();
  });
  return (
    <Dialog title={labelOf(type)} onClose={onClose}
      description={record ? t('description.enter_code', { target: shownAddress(type, value) }) : t('account.address_hint')}>
      {!record ? <Form action={action} onSubmit={start} submit={t('action.send_code')}>
        <Field label={labelOf(type)} name={type} type={type === 'email' ? 'email' : 'tel'}
          autocomplete={type === 'email' ? 'email' : 'tel'} inputMode={type === 'email' ? 'email' : 'tel'}
          value={typed} onValue={setTyped} fault={fault} autoFocus />
      </Form> : <>
        <Form action={action} onSubmit={() => check(code)} submit={t('action.continue')}>
          <CodeInput value={code} onValue={setCode} onFull={check} bad={Boolean(action.error)} />
        </Form>
        <Resend send={send} />
      </>}
    </Dialog>
  );
}

function EditPassword({ onClose }: { onClose: () => void }) {
  const { reload } = useAccount();
  const action = useAction();
  const { read, fields, message } = useNewPassword(action);
  const onSubmit = () => {
    const password = read();
    if (password === undefined) return;
    void action.run(async () => {
      await changePassword(password);
      await reload();
      onClose();
    });
  };
  return (
    <Dialog title={t('description.new_password')} onClose={onClose}>
      <Form action={action} onSubmit={onSubmit} submit={t('action.save_password')} message={message}>
        {fields}
      </Form>
    </Dialog>
  );
}

const nameOf = (target: string) => {
  const one = socials().find((each) => each.target === target);
  return one ? socialName(one) : target;
};

type Open = { kind: 'set' | 'remove'; type: Address } | { kind: 'password' } | { kind: 'unlink'; target: string };

function Window({ open, onClose }: { open: Open; onClose: () => void }) {
  const { reload } = useAccount();
  switch (open.kind) {
    case 'set': return <EditAddress type={open.type} onClose={onClose} />;
    case 'password': return <EditPassword onClose={onClose} />;
    case 'remove': return <Confirmation {...removal(labelOf(open.type))} text={t('account.remove_address_hint')}
      onClose={onClose} run={async () => { await removeAddress(open.type); await reload(); }} />;
    case 'unlink': return <Confirmation {...removal(nameOf(open.target))} text={t('account.unlink_hint')}
      onClose={onClose} run={async () => { await unlink(open.target); await reload(); }} />;
  }
}

/** Accounts elsewhere that the person has linked, and those that they could link. */
function Linked({ onUnlink }: { onUnlink: (target: string) => void }) {
  const { account, reload } = useAccount();
  const action = useAction();
  const linked = account.identities ?? {}, offered = socials();
  const others = Object.keys(linked).filter((target) => !offered.some((one) => one.target === target));
  useEffect(() => { void action.run(async () => { if (await finishLink()) await reload(); }); }, []);
  const add = (id: string) => void action.run(async () => { if (await prove(account)) await leaveFor(id); });
  const mayAdd = edits('social') && account.hasSecurityVerificationMethod;
  const row = (target: string, name: string, one?: (typeof offered)[number]) => {
    const { userId, details } = linked[target] ?? {};
    return (
      <Row key={one?.id ?? target} label={name} value={details?.['email'] ?? details?.['name'] ?? userId ?? t('account.not_set')}
        picture={one && <Mark logo={one.logo} darkLogo={one.logoDark ?? one.logo} />}>
        {userId && edits('social') && <RowButton label={t('account.remove')} of={name} onClick={() => onUnlink(target)} />}
        {!userId && one && mayAdd && <RowButton label={t('account.add')} of={name} onClick={() => add(one.id)} />}
      </Row>);
  };
  if (offered.length + others.length === 0) return null;
  return (
    <Panel title={t('account.linked')} hint={t('account.linked_hint')}>
      <Alert text={action.error?.message} />
      <Rows>{[...offered.map((one) => row(one.target, socialName(one), one)), ...others.map((target) => row(target, target))]}</Rows>
    </Panel>
  );
}

export function Security() {
  const { account } = useAccount();
  const [open, setOpen] = useState<Open>();
  const start = async (what: Open) => { if (await prove(account)) setOpen(what); };
  const addresses = ([['email', account.primaryEmail], ['phone', account.primaryPhone]] as const)
    .filter(([type]) => shows(type));
  const change = t('account.change'), remove = t('account.remove');
  return (
    <>
      {(addresses.length > 0 || shows('password')) && <Panel title={t('account.ways')}>
        <Rows>
          {addresses.map(([type, value]) => (
            <Row key={type} label={labelOf(type)} value={value ? shownAddress(type, value) : t('account.not_set')}>
              {edits(type) && <RowButton label={value ? change : t('account.add')} of={labelOf(type)}
                onClick={() => void start({ kind: 'set', type })} />}
              {edits(type) && value && <RowButton label={remove} of={labelOf(type)}
                onClick={() => void start({ kind: 'remove', type })} />}
            </Row>))}
          {shows('password') && <Row label={t('input.password')} value={account.hasPassword ? '••••••••' : t('account.not_set')}>
            {edits('password') && <RowButton label={account.hasPassword ? change : t('account.add')} of={t('input.password')}
              onClick={() => void start({ kind: 'password' })} />}
          </Row>}
        </Rows>
      </Panel>}
      {shows('social') && <Linked onUnlink={(target) => void start({ kind: 'unlink', target })} />}
      {shows('mfa') && <Factors />}
      {open && <Window open={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
