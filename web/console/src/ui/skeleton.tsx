// What stands where something comes, of the same size.
import { Skeleton } from '@mantine/core';
import { t } from '../locales/index.ts';

export function PageSkeleton() {
  return <div role="status" aria-label={t.common.loading} className="page-skeleton">
    <Skeleton height={28} width={220} /><Skeleton height={20} width={340} mt="sm" /><Skeleton height={240} mt="lg" />
  </div>;
}

export function FormSkeleton({ fields = 3 }: { fields?: number }) {
  return <div role="status" aria-label={t.common.loading} className="form-skeleton"><div className="fields">
    {Array.from({ length: fields }, (_, i) => <div key={i}><Skeleton height={16} width={120} mb="xs" /><Skeleton height={32} /></div>)}
  </div></div>;
}
