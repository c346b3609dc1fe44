// The administrator's own account is not a page of the Console: it is the account page of the tenant that administrators are in.
import { useEffect } from 'react';
import { page } from '../page.ts';
import { PageSkeleton } from '../ui/skeleton.tsx';

export const profileAddress = `${page.adminEndpoint}/account/profile`;

export default function Profile() {
  useEffect(() => window.location.replace(profileAddress), []);
  return <PageSkeleton />;
}
