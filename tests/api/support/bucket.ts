// A service that speaks as much of S3 as uploads need, on a free port: checks every signature, keeps objects in memory.
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

const secret = 'secret/of+the bucket';
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Whether the request is signed for this body by the owner of the key (AWS Signature Version 4). */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { authorization = '', ...headers } = request.headers;
  const parts = /^AWS4-HMAC-SHA256 Credential=KEY\/(\d{8})\/(\S+)\/s3\/aws4_request, SignedHeaders=(\S+), Signature=(\w{64})$/
    .exec(authorization);
  if (!parts || headers['x-amz-content-sha256'] !== sha256(body)) return false;
  const [, date, region, signed, signature] = parts as unknown as [string, string, string, string, string];
  const time = String(headers['x-amz-date']);
  const canonical = [request.method, request.url, '',
    ...signed.split(';').map((name) => `${name}:${headers[name]}`), '', signed, sha256(body)].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const key = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  return time.startsWith(date) && region === 'eu-test-1' && hmac(key, text).toString('hex') === signature;
}

export interface Bucket {
  objects: Map<string, Buffer>;
  flags: string[];
  env: Record<string, string>;
  /** Answers everything with this status from now on; 0: as usual. */
  answerWith(status: number): void;
}

export async function bucketService(): Promise<Bucket> {
  const objects = new Map<string, Buffer>();
  let broken = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces), path = request.url ?? '';
      const found = objects.get(path);
      let status = broken || (isSigned(request, body) ? 200 : 403);
      if (status === 200 && request.method === 'PUT') objects.set(path, body);
      else if (status === 200 && !found) status = 404;
      response.writeHead(status, { connection: 'close' });
      response.end(status === 200 && request.method === 'GET' ? found : '');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  afterAll(() => { server.close(); });
  return {
    objects, answerWith: (status) => { broken = status; },
    flags: ['--uploads', 's3', '--s3-endpoint', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      '--s3-region', 'eu-test-1', '--s3-bucket', 'pictures'],
    env: { S3_KEY_ID: 'KEY', S3_KEY: secret },
  };
}
