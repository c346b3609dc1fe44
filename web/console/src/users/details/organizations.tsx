import { Button } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { JoinedOrganizations } from '../../organizations/joined.tsx';
import { Empty } from '../../ui/empty.tsx';
import { organizations } from '../api.ts';

export default function UserOrganizations() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <JoinedOrganizations label={t.users.tabs.organizations} list={organizations(id)}
    empty={<Empty drawing="house" text={t.users.organizationsEmpty} action={<Button variant="default" component={Link} to="/organizations">{t.users.toOrganizations}</Button>} />} />;
}
