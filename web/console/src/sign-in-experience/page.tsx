import { Outlet } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Tabs } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base, experience } from './api.ts';

export default function SignInAndAccount() {
  const it = useThing(experience()), { tabs, title, text } = t.experience;
  return <>
    <PageHeader title={title} text={text} />
    <Tabs base={base} tabs={[{ path: 'branding', label: tabs.branding }, { path: 'sign-up-and-sign-in', label: tabs.methods },
      { path: 'collect-user-profile', label: tabs.profile }, { path: 'account-center', label: tabs.center }, { path: 'content', label: tabs.content }]} />
    {it.error && !it.data ? <Failure error={it.error} retry={() => void it.refetch()} /> : it.data ? <Outlet /> : <FormSkeleton fields={5} />}
  </>;
}
