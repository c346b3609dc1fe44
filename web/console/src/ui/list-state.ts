// Page and search word of a list live in the address, so that a list can be sent to a colleague and the back button restores it.
import { useLocation, useNavigate } from '@tanstack/react-router';

export interface ListQuery { page: number; page_size: number; keyword: string }

export const pageSize = 20;

const pageOf = (text: unknown): number => Math.max(1, Math.floor(Number(text)) || 1);

/** `name` tells two lists of one page apart. */
export function useListState(name = '') {
  const navigate = useNavigate();
  const { search, pathname } = useLocation() as unknown as { search: Record<string, string | undefined>; pathname: string };
  const put = (change: Record<string, string | number | undefined>, replace = false) => void navigate({ to: pathname, replace, resetScroll: false,
    search: { ...search, ...Object.fromEntries(Object.entries(change).map(([key, value]) => [name + key, value])) } as never });
  const state: ListQuery = { page: pageOf(search[`${name}page`]), page_size: pageSize, keyword: search[`${name}keyword`] ?? '' };
  return {
    state,
    /** A filter of the list: `filter('role')`. Choosing one goes back to the first page. */
    filter: (key: string): string => search[name + key] ?? '',
    setFilter: (key: string, value: string) => put({ [key]: value || undefined, page: undefined }),
    /** Several at once; undefined takes one away. */
    setFilters: (all: Record<string, string | undefined>) => put({ ...all, page: undefined }),
    setPage: (page: number) => put({ page: page > 1 ? page : undefined }),
    search: (keyword: string) => put({ keyword: keyword.trim() || undefined, page: undefined }),
  };
}

/** For lists that may be very long: what a search finds is counted up to ten thousand. */
export const capped = { enableCap: 'true' } as const;

/** The parameter that this API takes for a search of parts: `%word%`, or nothing. */
export const part = (word: string): string | undefined => word ? `%${word}%` : undefined;
