// What the entry of the navigation opens: the first time the three steps of welcome.tsx, from then on the tabs.
import { Navigate } from '@tanstack/react-router';
import { remembered } from '../api/remembered.ts';
import { useThing } from '../api/query.ts';
import { Failure } from '../ui/failure.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base } from './api.ts';

export default function First() {
  const { data, error, refetch } = useThing(remembered());
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  return data ? <Navigate to={`${base}/${data.signInExperienceCustomized ? 'branding' : 'welcome'}`} replace /> : <FormSkeleton fields={5} />;
}
