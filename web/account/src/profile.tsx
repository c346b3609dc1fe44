// Name, picture, username and what else the tenant wants to know.
import { useRef, useState } from 'preact/hooks';
import { type ProfileField, type ProfilePart, t } from '../../shared/page.ts';
import { convert, labelOf, partFault, PartInput, partsOf, type Values } from '../../shared/profile-fields.tsx';
import { Field, Form, SafeLink } from '../../shared/ui.tsx';
import { type Account, changeAccount, changeProfile, uploadAvatar } from './api.ts';
import { useAccount } from './account.ts';
import { center, edits, profileFields, shows } from './client.ts';
import { prove } from './proof.tsx';
import { Avatar, Dialog, Panel, Row, RowButton, Rows, useAction } from './ui.tsx';

/** Members of `profile`; all other fields are custom data. */
const claims = ['familyName', 'givenName', 'middleName', 'nickname', 'preferredUsername', 'profile', 'website', 'gender',
  'birthdate', 'zoneinfo', 'locale', 'address', 'fullname'];

const areaOf = (field: ProfileField) => claims.includes(field.name) || field.type === 'Fullname' || field.type === 'Address'
  ? 'profile' as const : 'customData' as const;

/** What is stored of a part of a field. */
function stored(account: Account, field: ProfileField, part: ProfilePart): string {
  const whole = areaOf(field) === 'profile' ? account.profile : account.customData;
  const within = field.type === 'Address' ? whole?.[field.name] as Record<string, unknown> | undefined : whole;
  const value = within?.[part.name];
  return value === undefined || value === null ? '' : String(value);
}

const keyOf = (field: ProfileField, part: ProfilePart) => `${field.name}.${part.name}`;

export const valuesIn = (account: Account, fields: ProfileField[]): Values =>
  Object.fromEntries(fields.flatMap((field) => partsOf(field).map((part) => [keyOf(field, part), stored(account, field, part)])));

/**
 * What to send of the fields: members of the profile, and the custom data, which is replaced whole. An emptied field is
 * an empty text in the profile, and is taken out of the custom data.
 */
export function changesOf(account: Account, fields: ProfileField[], typed: Values) {
  const profile: Record<string, unknown> = {}, customData: Record<string, unknown> = { ...account.customData };
  for (const field of fields) for (const part of partsOf(field)) {
    const text = typed[keyOf(field, part)] ?? '';
    if (areaOf(field) === 'customData') {
      if (text === '') delete customData[part.name]; else customData[part.name] = convert(part, text);
    } else if (field.type === 'Address') {
      profile[field.name] = { ...profile[field.name] as object, ...(text === '' ? {} : { [part.name]: text }) };
    } else if (text !== stored(account, field, part)) {
      profile[part.name] = text;
    }
  }
  return { profile, customData };
}

function EditFields({ fields, onClose }: { fields: ProfileField[]; onClose: () => void }) {
  const { account, reload } = useAccount();
  const [values, setValues] = useState(() => valuesIn(account, fields));
  const [faults, setFaults] = useState<Values>({});
  const action = useAction();
  const onSubmit = () => {
    const found: Values = {};
    for (const field of fields) for (const part of partsOf(field)) {
      const fault = partFault(part, values[keyOf(field, part)] ?? '');
      if (fault) found[keyOf(field, part)] = fault;
    }
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    void action.run(async () => {
      const { profile, customData } = changesOf(account, fields, values);
      if (Object.keys(profile).length > 0) await changeProfile(profile);
      if (fields.some((field) => areaOf(field) === 'customData')) await changeAccount({ customData });
      await reload();
      onClose();
    });
  };
  return (
    <Dialog title={t('account.details')} onClose={onClose}>
      <Form action={action} onSubmit={onSubmit} submit={t('account.save')}>
        {fields.map((field) => partsOf(field).map((part) => {
          const key = keyOf(field, part);
          return <PartInput key={key} part={part} value={values[key] ?? ''} fault={faults[key]}
            help={field.config.parts ? null : field.description} onValue={(value) => setValues({ ...values, [key]: value })} />;
        }))}
      </Form>
    </Dialog>
  );
}

function EditText({ of, onClose }: { of: 'name' | 'username'; onClose: () => void }) {
  const { account, reload } = useAccount();
  const [value, setValue] = useState(account[of] ?? '');
  const [fault, setFault] = useState<string>();
  const action = useAction();
  const label = t(of === 'name' ? 'account.name' : 'input.username');
  const onSubmit = () => {
    const text = value.trim();
    const found = of === 'name' ? undefined : text === '' ? t('error.general_required', { name: label })
      : /^[A-Z_a-z]\w*$/.test(text) ? undefined : t('error.invalid_username');
    setFault(found);
    if (found) return;
    void action.run(async () => {
      await changeAccount({ [of]: text === '' ? null : text });
      await reload();
      onClose();
    });
  };
  return (
    <Dialog title={label} onClose={onClose}>
      <Form action={action} onSubmit={onSubmit} submit={t('account.save')}>
        <Field label={label} name={of} autocomplete={of} value={value} onValue={setValue} fault={fault} autoFocus />
      </Form>
    </Dialog>
  );
}

const Picture = ({ of }: { of: Account }) =>
  <Avatar src={of.avatar} name={of.name || of.username || of.primaryEmail || '?'} />;

function AvatarRow() {
  const { account, reload } = useAccount();
  const file = useRef<HTMLInputElement>(null);
  const action = useAction();
  const upload = () => void action.run(async () => {
    const chosen = file.current?.files?.[0];
    if (!chosen) return;
    await changeAccount({ avatar: await uploadAvatar(chosen) });
    await reload();
  });
  const remove = () => void action.run(async () => {
    await changeAccount({ avatar: null });
    await reload();
  });
  return (
    <Row label={t('account.picture')} picture={<Picture of={account} />}
      note={action.error ? <span class="error" role="alert">{action.error.message}</span> : undefined}>
      {edits('avatar') && <>
        <input type="file" class="hidden" ref={file} tabIndex={-1} aria-label={t('account.picture')}
          accept="image/png,image/jpeg,image/gif,image/webp,image/bmp" onChange={upload} />
        <RowButton label={t(account.avatar ? 'account.change' : 'account.add')} of={t('account.picture')}
          onClick={() => file.current?.click()} />
        {account.avatar && <RowButton label={t('account.remove')} of={t('account.picture')} onClick={remove} />}
      </>}
    </Row>
  );
}

const textOf = (account: Account, field: ProfileField): string =>
  partsOf(field).map((part) => part.type === 'Checkbox' ? t(stored(account, field, part) === 'true' ? 'account.yes' : 'account.no')
    : part.config?.options?.find((one) => one.value === stored(account, field, part))?.label ?? stored(account, field, part))
    .filter(Boolean).join(', ');

export function Profile() {
  const { account } = useAccount();
  const [open, setOpen] = useState<'name' | 'username' | 'fields'>();
  const close = () => setOpen(undefined);
  const shown = profileFields.filter((field) => field.name !== 'name' && field.name !== 'avatar' && shows(areaOf(field)));
  const editable = shown.filter((field) => edits(areaOf(field)));
  const isBare = !shows('avatar') && !shows('name') && !shows('username');
  const openUsername = async () => { if (await prove(account)) setOpen('username'); };
  return (
    <>
      <Panel title={t('account.about_you')} hint={isBare && t('account.nothing_to_change')}>
        <Rows>
          {shows('avatar') && <AvatarRow />}
          {shows('name') && <Row label={t('account.name')} value={account.name || t('account.not_set')}>
            {edits('name') && <RowButton label={t('account.change')} of={t('account.name')} onClick={() => setOpen('name')} />}
          </Row>}
          {shows('username') && <Row label={t('input.username')} value={account.username || t('account.not_set')}>
            {edits('username') && <RowButton label={t('account.change')} of={t('input.username')} onClick={() => void openUsername()} />}
          </Row>}
        </Rows>
      </Panel>
      {shown.length > 0 && <Panel title={t('account.details')} action={editable.length > 0
        && <RowButton label={t('account.change')} of={t('account.details')} onClick={() => setOpen('fields')} />}>
        <Rows>{shown.map((field) => <Row key={field.name} label={labelOf(field)}
          value={textOf(account, field) || t('account.not_set')} />)}</Rows>
      </Panel>}
      {center.deleteAccountUrl && <Panel title={t('account.delete')} hint={t('account.delete_hint')} action={
        <SafeLink class="small-button small-button-danger" to={center.deleteAccountUrl}>{t('action.continue')}
          <span class="hidden">: {t('account.delete')}</span></SafeLink>} />}
      {(open === 'name' || open === 'username') && <EditText of={open} onClose={close} />}
      {open === 'fields' && <EditFields fields={editable} onClose={close} />}
    </>
  );
}
