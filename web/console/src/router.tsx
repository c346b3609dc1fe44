// The table of pages as routes of TanStack Router. Searches stay text: `?keyword=123` is not the number.
import { Outlet, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { basePath } from './page.ts';
import { home, type Page } from './routes.tsx';
import { Failure, NotFound } from './ui/failure.tsx';
import { PageSkeleton } from './ui/skeleton.tsx';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption { page?: Page }
}

const toSearch = (text: string) => Object.fromEntries(new URLSearchParams(text));
function fromSearch(search: Record<string, unknown>): string {
  const text = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

function routesOf(pages: readonly Page[], parent: AnyRoute): AnyRoute[] {
  return pages.map((page) => {
    const route = createRoute({ getParentRoute: () => parent, path: page.path, component: lazyRouteComponent(page.page),
      staticData: { page } });
    const children = routesOf(page.children ?? [], route);
    if (page.first) children.push(createRoute({ getParentRoute: () => route, path: '/',
      beforeLoad: ({ location }) => { throw redirect({ href: `${location.pathname.replace(/\/$/, '')}/${page.first}`, replace: true }); } }));
    return children.length ? route.addChildren(children) : route;
  });
}

export function makeRouter(pages: readonly Page[]) {
  const root = createRootRoute({ component: () => <Frame><Outlet /></Frame>, notFoundComponent: () => <NotFound /> });
  const start = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: () => { throw redirect({ to: home, replace: true }); } });
  return createRouter({ routeTree: root.addChildren([start, ...routesOf(pages, root)]), basepath: basePath, defaultPreload: 'intent',
    parseSearch: toSearch, stringifySearch: fromSearch, scrollRestoration: true, trailingSlash: 'never',
    defaultPendingComponent: PageSkeleton, defaultPendingMs: 150, defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error as Error} retry={reset} /> });
}
