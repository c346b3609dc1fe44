// What a bare /console/ opens: the first organization, which somebody has to create, or how things are going.
import { Navigate, useLocation } from '@tanstack/react-router';
import { useList, useThing } from '../api/query.ts';
import { remembered } from '../api/remembered.ts';
import { Failure } from '../ui/failure.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { organizationCount } from './api.ts';

export default function Home() {
  const { pathname } = useLocation(), known = useThing(remembered()), organizations = useList(organizationCount()), error = known.error ?? organizations.error;
  if (error) return <Failure error={error} retry={() => { void known.refetch(); void organizations.refetch(); }} />;
  if (!known.data || !organizations.data || pathname !== '/') return <PageSkeleton />;	// somebody has gone on meanwhile
  const isFirstRun = organizations.data.total === 0 && !known.data.firstStepsDismissed;
  return <Navigate to={isFirstRun ? '/organizations' : '/dashboard'} replace />;
}
