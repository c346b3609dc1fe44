// What SAML providers send, and the program that reads it.
import { spawn } from 'node:child_process';
import { type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { atEnd, newFolder } from './owned.ts';
import { pairIn, type Pair } from './saml-response.ts';
import { bin } from './server.ts';
export * from './saml-response.ts';

export const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');
/** What a provider publishes of itself. */
export const metadata = (entityId: string, certificate: string): string => `<md:EntityDescriptor
  xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><md:IDPSSODescriptor
  protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${bare(certificate)}</ds:X509Certificate
  ></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService
  Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso?x=1"/></md:IDPSSODescriptor
  ></md:EntityDescriptor>`;

export const newPair = (): Pair => pairIn(newFolder('saml-'));

export interface Helper {
  ask: (question: object) => Promise<any>;
  /** Sends bytes as they are, and gives back all that comes until the end. */
  raw: (bytes: Buffer) => Promise<Buffer>;
}

/** The program, spoken to as the server does. */
export const startHelper = (): Helper => {
  // its standard input is a socket, which Node gives to higher descriptors only
  const child = spawn('/bin/sh', ['-c', 'exec "$0" <&3', join(dirname(bin), 'guildhall-saml')],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const socket = child.stdio[3] as Socket;
  let came = Buffer.alloc(0);
  let wake = (): void => undefined;
  socket.on('data', (more: Buffer) => { came = Buffer.concat([came, more]); wake(); });
  socket.on('error', () => wake());
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  atEnd(async () => { socket.destroy(); await ended; });
  const need = async (n: number): Promise<void> => {
    while (came.length < n)
      await new Promise<void>((resolve) => { wake = resolve; });
  };
  const ask = async (question: object): Promise<any> => {
    const body = Buffer.from(JSON.stringify(question));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    socket.write(Buffer.concat([head, body]));
    await need(4);
    const size = came.readUInt32BE();
    await need(4 + size);
    const answer = JSON.parse(came.subarray(4, 4 + size).toString());
    came = came.subarray(4 + size);
    return answer;
  };
  const raw = async (bytes: Buffer): Promise<Buffer> => {
    socket.write(bytes);
    await ended;
    return came;
  };
  return { ask, raw };
};
