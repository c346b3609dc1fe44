// The account that is signed in, which all sections read.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Account } from './api.ts';

interface Loaded { account: Account; reload: () => Promise<void> }

export const AccountContext = createContext<Loaded | undefined>(undefined);

export function useAccount(): Loaded {
  const found = useContext(AccountContext);
  if (!found) throw new Error('outside of the account page');
  return found;
}
