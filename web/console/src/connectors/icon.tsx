import { IconMail, IconMessage2, IconPlugConnected } from '@tabler/icons-react';
import { useComputedColorScheme } from '@mantine/core';
import { Picture } from '../ui/picture.tsx';
import type { Factory } from './api.ts';
import { nameOf } from './names.ts';

/** What a connector for messages sends. */
export function TypeIcon({ type, large = false }: { type: string; large?: boolean }) {
  const Icon = type === 'Email' ? IconMail : type === 'Sms' ? IconMessage2 : IconPlugConnected;
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><Icon size={large ? 24 : 16} stroke={1.5} /></span>;
}

/** The logo of a service: those that come with the program are pictures in the text of their address. */
export function Logo({ of, large = false }: { of: Pick<Factory, 'id' | 'type' | 'name' | 'logo' | 'logoDark'>; large?: boolean }) {
  const isDark = useComputedColorScheme() === 'dark', address = (isDark && of.logoDark) || of.logo;
  if (of.type !== 'Social') return <TypeIcon type={of.type} large={large} />;
  if (!address.startsWith('data:image/')) return <Picture name={nameOf(of)} src={address} size={large ? 48 : 24} />;
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><img src={address} alt="" width={large ? 28 : 18} height={large ? 28 : 18} /></span>;
}
