// What "Show API call" opens.
import { Modal, SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { asCurl, asSdk, type Call } from '../api/call.ts';
import { targetOf } from '../api/client.ts';
import { t } from '../locales/index.ts';
import { CodeBlock } from './code-block.tsx';
import { useOnTop } from './on-top.ts';

const setUp = ({ tenantId, endpoint, resource }: ReturnType<typeof targetOf>) => `import { createManagementApi } from '@logto/api/management';

const { apiClient } = createManagementApi('${tenantId}', {
  clientId: process.env.APP_ID,
  clientSecret: process.env.APP_SECRET,
  baseUrl: '${endpoint}',
  apiIndicator: '${resource}',
});
`;

export default function ApiCallDialog({ calls, close }: { calls: Call[]; close: () => void }) {
  const [kind, setKind] = useState('curl'), onTop = useOnTop();
  const text = kind === 'curl' ? calls.map((one) => asCurl(one, targetOf(one).endpoint)).join('\n\n')
    : [setUp(targetOf(calls[0] ?? {})), ...calls.map(asSdk)].join('\n');
  return <Modal opened onClose={close} closeOnEscape={onTop} title={t.common.apiCall.title} size={720} closeButtonProps={{ 'aria-label': t.common.close }}>
    <Text c="dimmed" mb="md">{t.common.apiCall.help}</Text>
    <SegmentedControl value={kind} onChange={setKind} aria-label={t.common.apiCall.title}
      data={[{ value: 'curl', label: t.common.apiCall.curl }, { value: 'sdk', label: t.common.apiCall.sdk }]} />
    {calls.length ? <CodeBlock text={text} label={t.common.apiCall.title} /> : <Text mt="md">{t.common.apiCall.nothing}</Text>}
  </Modal>;
}
