// Short names beside each other in a cell: roles, permissions. Of many the first few, and how many more there are.
import { Badge, Tooltip } from '@mantine/core';
import { t } from '../locales/index.ts';

export function Tags({ of, most = 3 }: { of: readonly { id: string; name: string }[]; most?: number }) {
  if (of.length === 0) return <span className="none">{t.common.none}</span>;
  const rest = of.slice(most);
  return <span className="tags">
    {of.slice(0, most).map(({ id, name }) => <Badge key={id} variant="default" title={name}><bdi>{name}</bdi></Badge>)}
    {rest.length > 0 && <Tooltip multiline maw={360} label={rest.slice(0, 20).map(({ name }) => name).join(', ') + (rest.length > 20 ? ', …' : '')}>
      <Badge variant="default" className="rest">+{rest.length}</Badge></Tooltip>}
  </span>;
}
