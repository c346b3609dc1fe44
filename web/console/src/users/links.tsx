// Users and applications by their names, where only an id is known: in lists of other things.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { application, named, ssoConnector } from './api.ts';
import { displayName } from './name.ts';

const Nothing = () => <span className="none">{t.common.none}</span>;

/** Whoever was deleted has only the id, and no page. */
export function UserLink({ id }: { id: string | null | undefined }) {
  const { data, error } = useThing(id ? named(id) : undefined);
  if (!id) return <Nothing />;
  if (error?.status === 404) return <code>{id}</code>;
  return <Anchor component={Link} to={`/users/${id}`}><bdi>{data ? displayName(data) : id}</bdi></Anchor>;
}

/** The built-in applications have a name, and no page. */
export function ApplicationLink({ id }: { id: string | null | undefined }) {
  const { data, error } = useThing(id ? application(id) : undefined);
  if (!id) return <Nothing />;
  if (error?.status === 404) return <code>{id}</code>;
  if (data?.createdAt === 0) return <bdi>{data.name}</bdi>;
  return <Anchor component={Link} to={`/applications/${id}`}><bdi>{data?.name ?? id}</bdi></Anchor>;
}

/** An account there is gone with its connector, so there is always one. */
export function SsoConnectorLink({ id }: { id: string }) {
  const { data } = useThing(ssoConnector(id));
  return <Anchor component={Link} to={`/enterprise-sso/${id}`}><bdi>{data?.connectorName ?? id}</bdi></Anchor>;
}
