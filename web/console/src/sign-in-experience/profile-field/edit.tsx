import { Modal } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Failure } from '../../ui/failure.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { base, profileField, updateField } from '../api.ts';
import { bodyOf, codes, faultsOf, paths, valuesOf } from './field.ts';
import { FieldInputs } from './inputs.tsx';

export default function EditProfileField() {
  const { name } = useParams({ strict: false }) as { name: string }, { data, error } = useThing(profileField(name));
  const navigate = useNavigate(), close = () => void navigate({ to: `${base}/collect-user-profile` }), words = t.experience.profile;
  if (error && !data) return <Modal opened onClose={close} title={words.edit(name)} closeButtonProps={{ 'aria-label': t.common.close }}><Failure error={error} /></Modal>;
  if (!data) return null;
  return <FormDialog title={words.edit(data.label || name)} button={t.common.save} initial={valuesOf(data)} size={560} close={close} done={close}
    check={(values) => faultsOf(values, data)} paths={paths} codes={codes} calls={(values) => [updateField(name, bodyOf(values))]}>
    {(form) => <FieldInputs form={form} isNew={false} />}
  </FormDialog>;
}
