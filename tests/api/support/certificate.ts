import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Makes a new certificate for localhost with a key of its own. Returns its fingerprint. */
export function makeCertificate(keyPath: string, certificatePath: string): string {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
    keyPath, '-out', certificatePath,
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'], { stdio: 'ignore' });
  return new X509Certificate(readFileSync(certificatePath)).fingerprint256;
}
