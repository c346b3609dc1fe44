import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { SecretField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { useToast } from '../../ui/toast.tsx';
import { expirePassword, setPassword, signInRules, type User } from '../api.ts';
import { generatePassword } from '../password.ts';
import { Revealed } from '../revealed.tsx';

/** Only where the tenant lets passwords expire: the API refuses it otherwise. */
function Expire({ it }: { it: User }) {
  const rules = useThing(signInRules()).data, ask = useConfirm(), say = useToast();
  if (!it.hasPassword || !rules?.passwordExpiration?.enabled) return null;
  return <Button variant="default" onClick={() => ask({ title: t.users.expire, text: t.users.expireText, button: t.users.expire,
    calls: () => [expirePassword(it.id, true)], done: () => say(t.users.expired) })}>{t.users.expire}</Button>;
}

export function Password({ it }: { it: User }) {
  const ask = useConfirm(), [shown, setShown] = useState<string>();
  const words = it.hasPassword ? { title: t.users.reset, text: t.users.resetText } : { title: t.users.generate, text: t.users.generateText };
  const begin = () => {
    const password = generatePassword();
    ask({ ...words, button: words.title, destroys: it.hasPassword, calls: () => [setPassword(it.id, password)], done: () => setShown(password) });
  };
  return <Card title={t.users.password} text={t.users.passwordText}
    action={<div className="actions"><Expire it={it} /><Button variant="default" onClick={begin}>{words.title}</Button></div>}>
    <Text>{it.hasPassword ? t.users.passwordSet : t.users.passwordNone}</Text>
    {shown !== undefined && <Revealed title={t.users.newPassword} text={t.users.newPasswordText} close={() => setShown(undefined)}>
      <SecretField label={t.users.password} value={shown} /></Revealed>}
  </Card>;
}
