// The organizations that somebody or a machine app is in. Joining, leaving and roles are changed on the organization's page.
import type { ReactNode } from 'react';
import type { AnswerOf, Call } from '../api/call.ts';
import { t } from '../locales/index.ts';
import { CopyId } from '../ui/copy-field.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import type { ListQuery } from '../ui/list-state.ts';
import { Tags } from '../ui/tags.tsx';

type Joined = AnswerOf<'get', '/api/users/{userId}/organizations'>[number];

export function JoinedOrganizations({ label, list, empty }: { label: string; list: (query: ListQuery) => Call<Joined[]>; empty: ReactNode }) {
  return <DataTable label={label} list={list} id={({ id }) => id} name={({ name }) => name} open={({ id }) => `/organizations/${id}`}
    search={t.organizations.search}
    columns={[
      { title: t.common.name, cell: ({ name, branding }) => <NameCell name={name} picture={branding.logoUrl} /> },
      { title: t.organizations.id, cell: ({ id }) => <CopyId value={id} label={t.organizations.id} />, wide: true },
      { title: t.organizations.organizationRoles, cell: ({ organizationRoles }) => <Tags of={organizationRoles} /> },
    ]}
    empty={empty} />;
}
