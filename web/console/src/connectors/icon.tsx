import { IconMail, IconMessage2, IconPlugConnected } from '@tabler/icons-react';

/** What a connector for messages sends. */
export function TypeIcon({ type, large = false }: { type: string; large?: boolean }) {
  const Icon = type === 'Email' ? IconMail : type === 'Sms' ? IconMessage2 : IconPlugConnected;
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><Icon size={large ? 24 : 16} stroke={1.5} /></span>;
}
