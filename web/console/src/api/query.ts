// The server is the state: what it answered is kept under the address of the call, and asked for again after every change.
import { QueryClient, keepPreviousData, queryOptions, useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { addressOf, type Call } from './call.ts';
import { ApiError, send, sendList, type Rows } from './client.ts';

export const memory = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // what was refused is refused again; only a server that is away for a moment is asked twice
      retry: (count, error) => count < 1 && error instanceof ApiError && [0, 502, 503, 504].includes(error.status),
    },
    mutations: { retry: false },
  },
});

const keyOf = (one: Call) => [addressOf(one), ...(one.tenant ? [one.tenant] : [])];

/** What one call answers. `undefined` for a call: not yet. `stays`: what the call before answered is shown until then. */
export function useThing<T>(one: Call<T> | undefined, { stays = false } = {}): UseQueryResult<T, ApiError> {
  return useQuery<T, ApiError>({ queryKey: one ? keyOf(one) : ['nothing'], queryFn: () => send(one!), enabled: one !== undefined,
    ...(stays ? { placeholderData: keepPreviousData } : {}) });
}

/** A page of a list; the page before stays to be seen until the next one is there. */
export function useList<T>(one: Call<T[]> | undefined): UseQueryResult<Rows<T>, ApiError> {
  return useQuery<Rows<T>, ApiError>({ queryKey: one ? ['list', ...keyOf(one)] : ['nothing'], queryFn: () => sendList(one!),
    enabled: one !== undefined, placeholderData: keepPreviousData });
}

/** What a table needs to know of its rows, whether one call answers them or several. */
export interface Fetched<T> { data: Rows<T> | undefined; error: ApiError | null; isFetching: boolean; isPlaceholderData: boolean; refetch: () => unknown }

/** A list that the API gives whole: kept where useThing() keeps it, so that a page that shows it and one that counts it ask once. */
export function useWhole<T>(one: Call<T[]> | undefined): Fetched<T> {
  const { data, error, isFetching, isPlaceholderData, refetch } = useThing(one);
  return { data: data && { rows: data, total: data.length }, error, isFetching, isPlaceholderData, refetch };
}

/** For a row's link: what it opens is asked for before it is clicked. */
export const ahead = <T>(one: Call<T>) => memory.prefetchQuery(queryOptions({ queryKey: keyOf(one), queryFn: () => send(one) }));

/** Makes the calls in their order, then forgets everything that was asked: pages on the screen ask again. What the first answered. */
export async function change(calls: readonly Call[]): Promise<unknown> {
  const answers: unknown[] = [];
  try {
    for (const one of calls) answers.push(await send(one));
  } finally {
    void memory.invalidateQueries();	// also after a refusal: the calls before it stay
  }
  return answers[0];
}

/** A change that a component makes: whether it runs, and what was refused. */
export function useChange(done?: (answer: unknown) => void) {
  return useMutation<unknown, ApiError, readonly Call[]>({ mutationFn: change, ...(done ? { onSuccess: done } : {}) });
}
