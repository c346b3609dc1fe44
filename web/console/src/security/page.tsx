import { Outlet } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { later } from '../locales/later.ts';
import { Tabs } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base, experience } from './api.ts';

export default function Security() {
  const it = useThing(experience()), { tabs, title, text } = later.security;
  return <>
    <PageHeader title={title} text={text} />
    <Tabs base={base} tabs={[{ path: 'captcha', label: tabs.captcha }, { path: 'password-policy', label: tabs.password },
      { path: 'blocklist', label: tabs.blocklist }, { path: 'general', label: tabs.general }]} />
    {it.error && !it.data ? <Failure error={it.error} retry={() => void it.refetch()} /> : it.data ? <Outlet /> : <FormSkeleton fields={4} />}
  </>;
}
