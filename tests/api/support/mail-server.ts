// A mail server on a free port (RFC 5321, as much as a client needs): keeps the mails that it gets.
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface Mail {
  from: string;
  to: string[];
  headers: Record<string, string>;
  content: string;
}

/** The text of a mail taken apart; its content is decoded. */
function parse(text: string): Pick<Mail, 'headers' | 'content'> {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const lines = head.replace(/\r\n /g, ' ').split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.split(/: ?(.*)/s)[1]!]));
  return { headers, content: Buffer.from(body, 'base64').toString() };
}

/** One connection: greets, takes mails. */
function serve(socket: Socket, got: Mail[], refuse: () => string | undefined): void {
  let rest = '', data = false, from = '', to: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string) => {
    if (/^EHLO/i.test(line)) return say('250 here');
    if (/^MAIL/i.test(line)) { from = line.slice(11, -1); to = []; return say('250 ok'); }
    if (/^RCPT/i.test(line)) { to.push(line.slice(9, -1)); return say(refuse() ?? '250 ok'); }
    if (/^DATA/i.test(line)) { data = true; return say('354 go on'); }
    if (/^QUIT/i.test(line)) { say('221 bye'); return socket.end(); }
    return say('500 unknown');
  };
  say('220 mail.example');
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    rest += bytes.toString();
    for (let end; (end = rest.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
      const piece = rest.slice(0, end);
      rest = rest.slice(end + (data ? 5 : 2));
      if (data) { got.push({ from, to, ...parse(piece) }); say('250 taken'); data = false; } else command(piece);
    }
  });
}

export async function mailServer(): Promise<{ port: number; got: Mail[]; refuseWith(line?: string): void }> {
  const got: Mail[] = [];
  let refusal: string | undefined;
  const server = createServer((socket) => serve(socket, got, () => refusal));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  afterAll(() => { server.close(); });
  return { port: (server.address() as AddressInfo).port, got, refuseWith: (line) => { refusal = line; } };
}
