// The navigation on a small screen.
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../locales/index.ts';

export default function NavigationDrawer({ close, children }: { close: () => void; children: ReactNode }) {
  return <Drawer opened onClose={close} size={264} title={t.frame.product} closeButtonProps={{ 'aria-label': t.common.close }}>{children}</Drawer>;
}
