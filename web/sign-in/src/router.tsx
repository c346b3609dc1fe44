// Which screen is shown: the address of the page. The query stays while the path changes, since a reload needs it.
import { useEffect, useState } from 'preact/hooks';

const changed = 'guildhall:moved';

export function go(path: string, { replace = false, query = location.search }: { replace?: boolean; query?: string } = {}): void {
  if (replace) history.replaceState(history.state, '', path + query);
  else history.pushState('came from these pages', '', path + query);
  dispatchEvent(new Event(changed));
}

/** To the screen before; who came here at once, by an address or from another site, begins at the first one. */
export function back(): void {
  if (history.state) history.back();
  else go('/sign-in', { replace: true });
}

/** Leaves the pages; never returns, so that a button stays busy until the other page is there. */
export function leave(address: string): Promise<never> {
  location.assign(address);
  return new Promise(() => {});
}

export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const look = () => setPath(location.pathname);
    addEventListener('popstate', look);
    addEventListener(changed, look);
    return () => { removeEventListener('popstate', look); removeEventListener(changed, look); };
  }, []);
  return path;
}

export const query = (name: string) => new URLSearchParams(location.search).get(name);
