// Which organizations somebody belongs to. Joining, leaving and roles are changed on the organization's page.
import { Button } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { CopyId } from '../../ui/copy-field.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Tags } from '../../ui/tags.tsx';
import { organizations } from '../api.ts';

export default function UserOrganizations() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <DataTable label={t.users.tabs.organizations} list={() => organizations(id)} whole={({ name }) => name} id={(row) => row.id} name={({ name }) => name}
    open={(row) => `/organizations/${row.id}`} search={t.users.organizationsSearch}
    columns={[
      { title: t.common.name, cell: ({ name, branding }) => <NameCell name={name} picture={branding.logoUrl} /> },
      { title: t.users.organizationId, cell: (row) => <CopyId value={row.id} label={t.users.organizationId} />, wide: true },
      { title: t.users.organizationRoles, cell: ({ organizationRoles }) => <Tags of={organizationRoles} /> },
    ]}
    empty={<Empty drawing="house" text={t.users.organizationsEmpty} action={<Button variant="default" component={Link} to="/organizations">{t.users.toOrganizations}</Button>} />} />;
}
