import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { CopyId } from '../../ui/copy-field.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Tags } from '../../ui/tags.tsx';
import { organizations } from '../api.ts';
import { useApplication } from '../details.tsx';

export default function ApplicationOrganizations() {
  const app = useApplication().data, navigate = useNavigate();
  if (!app) return null;	// the page above shows why
  return <DataTable label={t.applications.tabs.organizations} list={organizations(app.id)} id={({ id }) => id} name={({ name }) => name}
    open={({ id }) => `/organizations/${id}`}
    columns={[
      { title: t.common.name, cell: ({ name, branding }) => <NameCell name={name} picture={branding.logoUrl} /> },
      { title: t.organizations.id, cell: ({ id }) => <CopyId value={id} label={t.organizations.id} />, wide: true },
      { title: t.applications.organizations.roles, cell: ({ organizationRoles }) => <Tags of={organizationRoles} /> },
    ]}
    empty={<div className="card"><Empty drawing="house" title={t.applications.organizations.emptyTitle} text={t.applications.organizations.empty}
      action={<Button variant="default" onClick={() => void navigate({ to: '/organizations' })}>{t.applications.organizations.go}</Button>} /></div>} />;
}
