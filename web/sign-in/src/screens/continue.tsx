// What an account lacks: a username, an address, a password, or what the tenant wants to know.
import { useState } from 'preact/hooks';
import { type Kind, page, t } from '../../../shared/page.ts';
import { partFault, PartInput, partsOf, type Values, valuesOf } from '../../../shared/profile-fields.tsx';
import { complete, sendCode } from '../flow.ts';
import { go } from '../router.tsx';
import { Form, Screen, useAction } from '../ui.tsx';
import { useIdentifier } from './identifier.tsx';
import { NewPassword } from './register.tsx';

function Missing({ kinds }: { kinds: Kind[] }) {
  const { read, field } = useIdentifier(kinds);
  const action = useAction();
  const onSubmit = () => {
    const identifier = read();
    if (!identifier) return;
    void action.run(async () => {
      if (identifier.type === 'username') { await complete({ type: 'username', value: identifier.value }); return; }
      await sendCode('Register', identifier);
      go('/continue/verification-code');
    });
  };
  const message = action.error?.code === 'user.username_already_in_use' ? t('error.username_in_use') : undefined;
  return (
    <Screen title={t('description.complete')}>
      <Form action={action} onSubmit={onSubmit} submit={t('action.continue')} message={message}>
        {field}
      </Form>
    </Screen>
  );
}

function ExtraProfile() {
  const fields = page.experience.customProfileFields;
  const [values, setValues] = useState<Values>(() => Object.fromEntries(fields.flatMap((field) => partsOf(field)
    .map((part) => [`${field.name}.${part.name}`, part.type === 'Checkbox' ? part.config?.defaultValue ?? 'false' : '']))));
  const [faults, setFaults] = useState<Values>({});
  const action = useAction();
  const onSubmit = () => {
    const found: Values = {};
    for (const field of fields) for (const part of partsOf(field)) {
      const key = `${field.name}.${part.name}`, fault = partFault(part, values[key] ?? '');
      if (fault) found[key] = fault;
    }
    setFaults(found);
    if (Object.keys(found).length === 0)
      void action.run(() => complete({ type: 'extraProfile', values: valuesOf(fields, values) }));
  };
  return (
    <Screen title={t('description.complete')}>
      <Form action={action} onSubmit={onSubmit} submit={t('action.continue')}>
        {fields.map((field) => partsOf(field).map((part) => {
          const key = `${field.name}.${part.name}`;
          return <PartInput key={key} part={part} value={values[key] ?? ''} fault={faults[key]}
            help={field.config.parts ? null : field.description} onValue={(value) => setValues({ ...values, [key]: value })} />;
        }))}
      </Form>
    </Screen>
  );
}

export function Continue({ method }: { method: string }) {
  switch (method) {
    case 'password':
      return <NewPassword title={t('description.complete')} submit={t('action.continue')}
        save={(value) => complete({ type: 'password', value })} />;
    case 'extra-profile': return <ExtraProfile />;
    case 'email': return <Missing kinds={['email']} />;
    case 'phone': return <Missing kinds={['phone']} />;
    case 'email-or-phone': return <Missing kinds={['email', 'phone']} />;
    default: return <Missing kinds={['username']} />;
  }
}
