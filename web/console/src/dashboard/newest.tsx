import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useList } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Card } from '../ui/details.tsx';
import { Lines } from '../ui/lines.tsx';
import { Picture } from '../ui/picture.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { newest } from './api.ts';

const shown = 5;

/** The organizations that came last. */
export function Newest() {
  const { data, error, refetch } = useList(newest(shown)), words = t.dashboard;
  if (data?.total === 0) return null;	// the first steps say how to make one
  return <Card title={words.newest} action={<Anchor component={Link} to="/organizations">{words.all}</Anchor>} wide>
    <Lines label={words.newest} error={error} retry={() => void refetch()} nothing={t.common.table.nothing}
      lines={data?.rows.map(({ id, name, branding, usersCount, createdAt }) => ({ id, name,
        icon: <Picture name={name} src={branding.logoUrl} />, title: <Link to={`/organizations/${id}`} className="line-link"><bdi>{name}</bdi></Link>,
        detail: t.organizations.memberCount(usersCount ?? 0), extra: <span className="extra"><RelativeTime at={createdAt} /></span> }))} />
  </Card>;
}
