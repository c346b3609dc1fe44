// The logo of a connector: its own, or that of its kind, which the API gives as data.
import { useComputedColorScheme } from '@mantine/core';
import { isWebAddress, Picture } from '../ui/picture.tsx';

interface Of { connectorName?: string; name: string; branding?: { logo?: string | undefined; darkLogo?: string | undefined }; providerLogo: string; providerLogoDark: string }

export function Logo({ of, size = 24 }: { of: Of; size?: number }) {
  const isDark = useComputedColorScheme('light') === 'dark';
  const { logo, darkLogo } = of.branding ?? {}, own = (isDark ? darkLogo : undefined) || logo;
  if (own && isWebAddress(own)) return <Picture name={of.connectorName ?? of.name} src={own} size={size} />;
  const kind = isDark ? of.providerLogoDark : of.providerLogo;
  return kind.startsWith('data:image/') ? <img className="picture" style={{ width: size, height: size }} src={kind} alt="" /> : <Picture name={of.name} size={size} />;
}
