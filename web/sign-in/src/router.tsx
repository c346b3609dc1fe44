// Which screen is shown: the address of the page. The query stays while the path changes, since a reload needs it.
import { useEffect, useState } from 'preact/hooks';

const changed = 'guildhall:moved';

export function go(path: string, { replace = false, query = location.search }: { replace?: boolean; query?: string } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', path + query);
  dispatchEvent(new Event(changed));
}

export const back = () => history.back();

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
