import { useNavigate } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { base, createField } from '../api.ts';
import { bodyOf, codes, faultsOf, paths, valuesOf } from './field.ts';
import { FieldInputs } from './inputs.tsx';

export default function CreateProfileField() {
  const navigate = useNavigate(), close = () => void navigate({ to: `${base}/collect-user-profile` }), words = t.experience.profile;
  return <FormDialog title={words.create} button={words.create} initial={valuesOf()} size={560} close={close} done={close} check={(values) => faultsOf(values)}
    paths={paths} codes={codes} calls={(values) => [createField({ name: values.name.trim(), ...bodyOf(values) })]}>
    {(form) => <FieldInputs form={form} isNew />}
  </FormDialog>;
}
