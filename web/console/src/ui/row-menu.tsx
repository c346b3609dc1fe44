import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { Icon } from '../routes.tsx';

export interface Action { label: string; icon?: Icon; run: () => void; danger?: boolean }

/** Three dots, and what can be done. */
export function ActionMenu({ label, actions, size = 24 }: { label: string; actions: readonly Action[]; size?: number }) {
  return <Menu>
    <Menu.Target><ActionIcon size={size} aria-label={label} className="row-menu" onClick={(event) => event.stopPropagation()}>
      <IconDots size={16} stroke={1.5} /></ActionIcon></Menu.Target>
    <Menu.Dropdown onClick={(event) => event.stopPropagation()}>{actions.map((one) => <Menu.Item key={one.label} onClick={one.run}
      {...(one.danger ? { color: 'danger' } : {})} leftSection={one.icon && <one.icon size={16} stroke={1.5} />}>{one.label}</Menu.Item>)}</Menu.Dropdown>
  </Menu>;
}
