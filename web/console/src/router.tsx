// The table of pages as routes of TanStack Router. Searches stay text: `?keyword=123` is not the number.
import { Navigate, Outlet, createRootRoute, createRoute, createRouter, lazyRouteComponent, useParams, type AnyRoute } from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { loadRest } from './locales/index.ts';
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

/** A bare address leads to the first tab. Not by redirect(): one that was loaded ahead, on hover, would be followed for ever. */
function First({ page }: { page: Page }) {
  return <Navigate to={`${page.path}/${page.first}`} params={useParams({ strict: false }) as never} replace />;
}

/** Its module is loaded after its texts, since modules make tables of texts. */
const componentOf = ({ page, early }: Page) => lazyRouteComponent(early ? page : () => loadRest().then(page));

function routesOf(pages: readonly Page[], parent: AnyRoute): AnyRoute[] {
  return pages.map((page) => {
    const route = createRoute({ getParentRoute: () => parent, path: page.path, component: componentOf(page), staticData: { page } });
    const children = routesOf(page.children ?? [], route);
    if (page.first) children.push(createRoute({ getParentRoute: () => route, path: '/', component: () => <First page={page} /> }));
    return children.length ? route.addChildren(children) : route;
  });
}

export function makeRouter(pages: readonly Page[]) {
  const root = createRootRoute({ component: () => <Frame><Outlet /></Frame>, notFoundComponent: () => <NotFound /> });
  const start = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(home) });
  return createRouter({ routeTree: root.addChildren([start, ...routesOf(pages, root)]), basepath: basePath, defaultPreload: 'intent',
    parseSearch: toSearch, stringifySearch: fromSearch, scrollRestoration: true, trailingSlash: 'never',
    defaultPendingComponent: PageSkeleton, defaultPendingMs: 150, defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error as Error} retry={reset} /> });
}
