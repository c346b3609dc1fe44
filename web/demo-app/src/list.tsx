// Claims as a list of names and values.
import type { Claims } from '../../shared/oidc.ts';

const shown = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value, null, 2);

export const List = ({ claims }: { claims: Claims }) => (
  <dl class="claims">{Object.entries(claims).map(([name, value]) => <><dt>{name}</dt><dd>{shown(value)}</dd></>)}</dl>);
