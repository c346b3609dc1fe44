// Where one is: the pages above this one, and the name of the thing that a details page shows.
import { Link, useMatches } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { loadRest, restIsHere, t } from '../locales/index.ts';
import { pages, type Page } from '../routes.tsx';

const SubjectContext = createContext<{ name: string | undefined; set: (name: string | undefined) => void }>({ name: undefined, set: () => {} });

export function Subject({ children }: { children: ReactNode }) {
  const [name, set] = useState<string>();
  return <SubjectContext value={{ name, set }}>{children}</SubjectContext>;
}

/** Tells the bar what the page is about: the name of the organization. */
export function useSubject(name: string | undefined): void {
  const { set } = useContext(SubjectContext);
  useEffect(() => { set(name); return () => set(undefined); }, [name, set]);
}

/** The pages whose address begins this one's: /organizations of /organizations/$id. */
export const above = (page: Page, all: readonly Page[]): Page[] =>
  all.filter((one) => page.path.startsWith(`${one.path}/`) && !one.path.includes('$')).sort((a, b) => a.path.length - b.path.length);

/** The title of a page; nothing while its texts are on their way. */
function useTitles(shown: readonly Page[]): (page: Page) => string {
  const [, draw] = useState(false);
  const waits = !restIsHere && !shown.every((page) => page.early);
  useEffect(() => { if (waits) loadRest().then(() => draw(true), () => {}); }, [waits]);	// the page itself tells that it failed
  return (page) => restIsHere || page.early ? page.title() : '';
}

export function Breadcrumb() {
  const { name } = useContext(SubjectContext);
  const shown = useMatches().flatMap((one) => one.staticData.page ?? []);
  const [page, tab] = shown, titleOf = useTitles(shown);
  const title = page ? page.path.includes('$') && name || titleOf(page) : '', part = tab && titleOf(tab);
  useEffect(() => { document.title = [part, title, t.frame.product].filter(Boolean).join(' · '); }, [part, title]);
  return <nav aria-label={t.frame.breadcrumb} className="breadcrumb"><ol>
    {page && above(page, pages).map((one) => <li key={one.path}><Link to={one.path}>{titleOf(one)}</Link></li>)}
    <li aria-current="page"><bdi>{title}</bdi></li>
  </ol></nav>;
}
