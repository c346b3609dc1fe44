// A service for mails and text messages on a free port: keeps what it gets, and answers as told.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface Message {
  method: string | undefined;
  authorization?: string;
  to: string;
  type: string;
  payload: any;
  ip: string;
}

export interface MessageService {
  endpoint: string;
  got: Message[];
  /** What came since the last call. */
  take(): Message[];
  answerWith(status: number, body: string): void;
}

export async function messageService(): Promise<MessageService> {
  const got: Message[] = [];
  let answer: [number, string] = [200, '{}'];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { authorization } = request.headers;
      got.push({ method: request.method, ...(authorization ? { authorization } : {}),
        ...JSON.parse(Buffer.concat(parts).toString()) });
      response.writeHead(answer[0], { 'content-type': 'application/json', connection: 'close' });
      response.end(answer[1]);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  afterAll(() => { server.close(); });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, got, take: () => got.splice(0),
    answerWith: (status, body) => { answer = [status, body]; },
  };
}
