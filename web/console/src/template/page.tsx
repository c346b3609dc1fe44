import { Outlet } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { Tabs } from '../ui/details.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { base } from './api.ts';
import { GuideButton } from './guide.tsx';

export default function Template() {
  return <>
    <PageHeader title={t.template.title} text={t.template.text} action={<GuideButton />} />
    <Tabs base={base} tabs={[{ path: 'organization-roles', label: t.template.tabs.roles },
      { path: 'organization-permissions', label: t.template.tabs.permissions }]} />
    <Outlet />
  </>;
}
