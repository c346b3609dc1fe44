import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { JoinedOrganizations } from '../../organizations/joined.tsx';
import { Empty } from '../../ui/empty.tsx';
import { organizations } from '../api.ts';
import { useApplication } from '../details.tsx';

export default function ApplicationOrganizations() {
  const app = useApplication().data;
  if (!app) return null;	// the page above shows why
  return <JoinedOrganizations label={t.applications.tabs.organizations} list={organizations(app.id)}
    empty={<div className="card"><Empty drawing="house" title={t.applications.organizations.emptyTitle} text={t.applications.organizations.empty}
      action={<Button variant="default" component={Link} to="/organizations">{t.applications.organizations.go}</Button>} /></div>} />;
}
