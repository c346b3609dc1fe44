// "Show API call": what a form would send, as curl and by npm's @logto/api.
import { Button } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { Call } from '../api/call.ts';
import { t } from '../locales/index.ts';

const ApiCallDialog = lazy(() => import('./api-call-dialog.tsx'));

/** `calls`: asked when somebody looks, with what stands in the form then; undefined: that cannot be sent yet. */
export function ApiCall({ calls }: { calls: () => readonly Call[] | undefined }) {
  const [shown, setShown] = useState<Call[]>();
  return <>
    <Button variant="subtle" color="gray" type="button" className="api-call" leftSection={<IconCode size={16} stroke={1.5} />}
      onClick={() => { const made = calls(); setShown(made && [...made]); }}>{t.common.apiCall.button}</Button>
    {shown && <Suspense><ApiCallDialog calls={shown} close={() => setShown(undefined)} /></Suspense>}
  </>;
}
