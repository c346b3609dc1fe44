// The page of one thing: picture, name, tags, id and menu above; below them tabs, each with an address of its own.
import { Badge, Skeleton, Title } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import type { ApiError } from '../api/client.ts';
import { useSubject } from '../frame/breadcrumb.tsx';
import { language, t } from '../locales/index.ts';
import { CopyId } from './copy-field.tsx';
import { Failure } from './failure.tsx';
import { Picture } from './picture.tsx';
import { ActionMenu, type Action } from './row-menu.tsx';
import { FormSkeleton } from './skeleton.tsx';

export interface Tab { path: string; label: string; count?: number | undefined }
export interface Head { title: string; id: string; idLabel?: string; picture?: string | null | undefined; icon?: ReactNode; round?: boolean;
  tags?: (string | false | undefined)[];
  /** One more tag, of what somebody should know before anything else: that a user is suspended. */
  warning?: string | false; actions?: Action[];
  /** Beside the menu: the guide. */
  button?: ReactNode }

interface DetailProps<T> {
  /** What has to be there before anything is shown. */
  thing: UseQueryResult<T, ApiError>;
  head: (thing: T) => Head;
  /** The address of the thing: `/organizations/x1`. */
  base: string;
  tabs: readonly Tab[];
}

/** The tabs of a page, each with an address. On a telephone they are wider than the page; the one that is open is always seen. */
export function Tabs({ base, tabs }: { base: string; tabs: readonly Tab[] }) {
  const { pathname } = useLocation(), bar = useRef<HTMLElement>(null);
  const widths = tabs.map((tab) => `${tab.label}${tab.count ?? ''}`).join();
  useEffect(() => { bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }, [pathname, widths]);
  return <nav className="tabs" ref={bar} aria-label={t.common.choose}>{tabs.map((tab) => <Link key={tab.path} to={`${base}/${tab.path}`}
    aria-current={pathname.startsWith(`${base}/${tab.path}`) ? 'page' : undefined}>
    {tab.label}{tab.count !== undefined && <span className="count">{tab.count.toLocaleString(language)}</span>}</Link>)}</nav>;
}

function HeadRow({ head }: { head: Head }) {
  const { title, id, idLabel, picture, icon, round = false, tags = [], warning, actions = [], button } = head;
  return <header className="detail-head">
    {icon ?? <Picture name={title} src={picture} size={48} round={round} />}
    <div className="who"><Title order={1}><bdi>{title}</bdi></Title>
      <div className="under"><CopyId value={id} label={idLabel ?? t.common.id} />
        {tags.map((tag) => tag && <Badge key={tag} variant="light">{tag}</Badge>)}
        {warning && <Badge variant="light" className="warning">{warning}</Badge>}</div></div>
    {button}
    {actions.length > 0 && <ActionMenu label={t.common.moreOf(title)} actions={actions} size={32} />}
  </header>;
}

export function DetailLayout<T>({ thing, head, base, tabs }: DetailProps<T>) {
  const shown = thing.data === undefined ? undefined : head(thing.data);
  useSubject(shown?.title);
  if (thing.error && !thing.data) return <Failure error={thing.error} retry={() => void thing.refetch()} />;
  return <>
    {shown ? <HeadRow head={shown} /> : <header className="detail-head"><Skeleton height={48} width={48} />
      <div className="who"><Skeleton height={28} width={220} /><Skeleton height={16} width={140} mt="xs" /></div></header>}
    <Tabs base={base} tabs={tabs} />
    {shown ? <Outlet /> : <FormSkeleton />}
  </>;
}

/** A group of fields on a tab. */
export function Card({ title, text, children, action, danger = false, wide = false }: { title: string; text?: ReactNode; children: ReactNode;
  /** At the right of the title: what can be added or done. */
  action?: ReactNode; danger?: boolean;
  /** What is in it is no column of fields. */
  wide?: boolean }) {
  return <section className={`card${danger ? ' danger' : ''}`} aria-label={title}>
    <div className={`card-head${action ? ' with-action' : ''}`}><div><Title order={2}>{title}</Title>{text && <p>{text}</p>}</div>{action}</div>
    <div className={`fields${wide ? ' wide' : ''}`}>{children}</div>
  </section>;
}
