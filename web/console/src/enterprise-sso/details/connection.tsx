import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { one } from '../api.ts';
import { isSaml } from '../config.ts';
import { Tester } from '../tester.tsx';
import { KeysCard } from './keys.tsx';
import { OidcForm } from './oidc-form.tsx';
import { SamlForm } from './saml-form.tsx';

export default function Connection() {
  const { id } = useParams({ strict: false }) as { id: string }, it = useThing(one(id)).data;
  if (!it) return null;
  return <>
    {isSaml(it) ? <SamlForm it={it} /> : <OidcForm it={it} />}
    {isSaml(it) && <KeysCard id={id} />}
    <Tester it={it} />
  </>;
}
