// What kinds of applications there are and what each of them has: every page asks here.
import { IconAppWindow, IconDeviceDesktop, IconDeviceMobile, IconKey, IconRobot, IconServer, IconShieldLock } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Icon } from '../routes.tsx';
import type { Application, ListedApplication } from './api.ts';

export type Type = Application['type'];

interface Kind { icon: Icon;
  /** Can be created here; the others come from elsewhere. */
  offered: boolean;
  hasSecrets: boolean;
  /** People sign in to it in a browser or on a device. */
  signsIn: boolean;
  canBeThirdParty: boolean;
  hasBranding: boolean }

const kinds: Record<Type, Kind> = {
  SPA: { icon: IconAppWindow, offered: true, hasSecrets: false, signsIn: true, canBeThirdParty: true, hasBranding: true },
  Traditional: { icon: IconServer, offered: true, hasSecrets: true, signsIn: true, canBeThirdParty: true, hasBranding: true },
  Native: { icon: IconDeviceMobile, offered: true, hasSecrets: false, signsIn: true, canBeThirdParty: true, hasBranding: true },
  MachineToMachine: { icon: IconRobot, offered: true, hasSecrets: true, signsIn: false, canBeThirdParty: false, hasBranding: false },
  Protected: { icon: IconShieldLock, offered: false, hasSecrets: true, signsIn: true, canBeThirdParty: false, hasBranding: true },
  SAML: { icon: IconKey, offered: false, hasSecrets: false, signsIn: true, canBeThirdParty: false, hasBranding: false },
};

export const kindOf = (type: Type): Kind => kinds[type];
export const typeName = (type: Type): string => t.applications.types[type].name;
export const offeredTypes = (thirdParty: boolean): Type[] =>
  (Object.keys(kinds) as Type[]).filter((type) => kinds[type].offered && (!thirdParty || kinds[type].canBeThirdParty));

export const isMachine = ({ type }: { type: Type }): boolean => type === 'MachineToMachine';
export const isDevice = ({ customClientMetadata }: ListedApplication): boolean => customClientMetadata.isDeviceFlow === true;
/** Whether the browser comes back to an address of it. */
export const isRedirected = (app: ListedApplication): boolean => kinds[app.type].signsIn && !isDevice(app);

/** The picture of an application is that of its type. */
export function TypeIcon({ type, device = false, large = false }: { type: Type; device?: boolean; large?: boolean }) {
  const Icon = device ? IconDeviceDesktop : kinds[type].icon;
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><Icon size={large ? 24 : 16} stroke={1.5} /></span>;
}
