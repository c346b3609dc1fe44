// A real mail server (npm smtp-server) on a free port: keeps the mails that it gets.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { atEnd } from './owned.ts';

export interface Mail {
  from: string;
  to: string[];
  headers: Record<string, string>;
  content: string;
  /** Who signed in, and by what; absent: nobody did. */
  login?: string;
  /** It came over TLS. */
  encrypted: boolean;
}

export interface MailServerOptions {
  /** Key and certificate in PEM: STARTTLS is offered, or TLS spoken from the first byte. */
  tls?: { key: string; cert: string; first?: boolean };
  /** Who has to sign in; without, nobody can. */
  login?: { user: string; pass: string; methods?: ('PLAIN' | 'LOGIN')[]; withoutTls?: boolean };
}

export interface MailServer {
  port: number;
  got: Mail[];
  /** The answer to each recipient from now on; nothing: they are taken. */
  refuseWith(line?: string): void;
}

/** The text of a mail taken apart; its content is decoded. */
function parse(text: string): Pick<Mail, 'headers' | 'content'> {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const lines = head.replace(/\r\n /g, ' ').split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.split(/: ?(.*)/s)[1]!]));
  return { headers, content: Buffer.from(body, 'base64').toString() };
}

const refusal = (line: string): Error =>
  Object.assign(new Error(line.slice(4)), { responseCode: Number(line.slice(0, 3)) });

/** What the server offers. */
function offers({ tls, login }: MailServerOptions): SMTPServerOptions {
  const off = [...(tls && !tls.first ? [] : ['STARTTLS']), ...(login ? [] : ['AUTH'])];
  return { name: 'mail.example', disableReverseLookup: true, disabledCommands: off, closeTimeout: 100,
    authOptional: !login, allowInsecureAuth: login?.withoutTls ?? false, authMethods: login?.methods ?? ['PLAIN', 'LOGIN'],
    ...(tls ? { secure: tls.first ?? false, key: tls.key, cert: tls.cert } : {}) };
}

export async function mailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const got: Mail[] = [];
  let line: string | undefined;
  const server = new SMTPServer({
    ...offers(options),
    onAuth({ method, username, password }, _, done) {
      const fits = username === options.login?.user && password === options.login?.pass;
      done(fits ? null : refusal(`535 not ${password}`), { user: `${username} by ${method}` });
    },
    onRcptTo(_to, _session, done) { done(line ? refusal(line) : null); },
    onData(stream, { envelope: { mailFrom, rcptTo }, user, secure }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        got.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address),
          encrypted: secure, ...(user ? { login: user } : {}), ...parse(Buffer.concat(parts).toString()) });
        done(null, 'taken');
      });
    },
  });
  server.on('error', () => {});	// a client that goes before it has said everything
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  atEnd(() => new Promise<void>((closed) => server.close(closed)));
  return { port: (server.server.address() as AddressInfo).port, got, refuseWith: (said) => { line = said; } };
}
