import { Outlet } from '@tanstack/react-router';
import { later } from '../locales/later.ts';
import { Tabs } from '../ui/details.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { base } from './api.ts';

export default function Connectors() {
  const { title, text, tabs } = later.connectors;
  return <>
    <PageHeader title={title} text={text} />
    <Tabs base={base} tabs={[{ path: 'passwordless', label: tabs.passwordless }, { path: 'social', label: tabs.social }, { path: 'email-texts', label: tabs.texts }]} />
    <Outlet />
  </>;
}
