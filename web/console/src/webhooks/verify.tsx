// How the server that is told knows that it is told by us: code to copy.
import { SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { CodeBlock } from '../ui/code-block.tsx';

const words = t.webhooks.key;

export const samples = {
  'Node.js': `import { createHmac, timingSafeEqual } from 'node:crypto';

// body: the bytes of the request as they came, before anything parses them
export function isGenuine(body, headers) {
  const expected = createHmac('sha256', process.env.SIGNING_KEY).update(body).digest();
  const given = Buffer.from(headers['logto-signature-sha-256'] ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}`,
  Python: `import hashlib, hmac, os

# body: the bytes of the request as they came, before anything parses them
def is_genuine(body, headers):
    expected = hmac.new(os.environ["SIGNING_KEY"].encode(), body, hashlib.sha256).hexdigest()
    given = headers.get("logto-signature-sha-256", "")
    return hmac.compare_digest(given.encode(), expected.encode())`,
  Go: `// body: the bytes of the request as they came, before anything parses them
func isGenuine(body []byte, header http.Header) bool {
	mac := hmac.New(sha256.New, []byte(os.Getenv("SIGNING_KEY")))
	mac.Write(body)
	given, err := hex.DecodeString(header.Get("logto-signature-sha-256"))
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}`,
} as const;
type Language = keyof typeof samples;

export function Verify() {
  const [of, setOf] = useState<Language>('Node.js');
  return <>
    <Text c="dimmed">{words.verifyText}</Text>
    <div><SegmentedControl aria-label={words.verify} value={of} onChange={(next) => setOf(next as Language)} data={Object.keys(samples)} /></div>
    <CodeBlock text={samples[of]} label={`${words.verify}: ${of}`} />
  </>;
}
