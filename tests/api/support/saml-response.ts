// A SAML identity provider of another make (samlp): what it sends.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(import.meta.url);
const samlp = load('samlp');
const { Saml20 } = load('saml');

export interface Pair {
  key: string;
  certificate: string;
}

/** An RSA key with its own certificate, both PEM; they are made in the folder. */
export const pairIn = (folder: string): Pair => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days',
    '30', '-subj', '/CN=idp'], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
};

export interface Said {
  issuer: string;
  audience: string;
  acs: string;
  inResponseTo?: string | undefined;
  id: string;
  email: string;
  /** Which of the two are signed; the assertion. */
  signs?: 'assertion' | 'response' | 'both' | 'nothing';
  /** To whom the assertion is encrypted, and how. */
  encryptTo?: string;
  cipher?: string;
  transport?: string;
  digest?: 'sha1' | 'sha256';
  lifetimeInSeconds?: number;
}

/** What the other make's provider answers, as XML. */
export const response = (pair: Pair, said: Said): Promise<string> => new Promise((resolve, reject) => {
  const digest = said.digest ?? 'sha256';
  const signs = said.signs ?? 'assertion';
  samlp.getSamlResponse({
    ...pair, cert: pair.certificate, issuer: said.issuer, audience: said.audience, destination: said.acs, recipient: said.acs,
    inResponseTo: said.inResponseTo, lifetimeInSeconds: said.lifetimeInSeconds ?? 300, sessionIndex: '_session',
    signAssertion: signs === 'assertion' || signs === 'both', signResponse: signs === 'response' || signs === 'both',
    signatureAlgorithm: `rsa-${digest}`, digestAlgorithm: digest,
    ...(said.encryptTo ? { encryptionCert: said.encryptTo, encryptionPublicKey: publicKey(said.encryptTo) } : {}),
  }, { id: said.id, emails: [{ value: said.email }], displayName: 'Ada Lovelace', name: { givenName: 'Ada', familyName: 'Lovelace' } },
    (error: Error | null, xml: string) => error ? reject(error) : resolve(xml));
});

const publicKey = (certificate: string): string =>
  execFileSync('openssl', ['x509', '-pubkey', '-noout'], { input: certificate }).toString();

/** An assertion of the other make, encrypted the way that is asked for. */
export const encryptedAssertion = (pair: Pair, said: Said): Promise<string> => new Promise((resolve, reject) =>
  Saml20.create({
    ...pair, cert: pair.certificate, issuer: said.issuer, audiences: said.audience, recipient: said.acs,
    inResponseTo: said.inResponseTo, lifetimeInSeconds: 300, nameIdentifier: said.id, attributes: { email: said.email },
    signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256', encryptionCert: said.encryptTo,
    encryptionPublicKey: publicKey(said.encryptTo ?? ''), encryptionAlgorithm: said.cipher,
    keyEncryptionAlgorithm: said.transport,
  }, (error: Error | null, xml: string) => error ? reject(error) : resolve(xml)));

/** The response around an assertion, unsigned. */
export const around = (assertion: string, said: Said): string => `<samlp:Response
  xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" IssueInstant="${new Date().toISOString()}"
  Destination="${said.acs}" InResponseTo="${said.inResponseTo}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
  >${said.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status
  >${assertion}</samlp:Response>`;
