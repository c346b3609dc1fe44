import { IconApi, IconShieldLock } from '@tabler/icons-react';
import { isManagement } from './api.ts';

/** The Management API has a picture of its own. */
export function ResourceIcon({ of, large = false }: { of: { indicator: string }; large?: boolean }) {
  const Icon = isManagement(of) ? IconShieldLock : IconApi;
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><Icon size={large ? 24 : 16} stroke={1.5} /></span>;
}
