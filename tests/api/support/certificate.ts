import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './owned.ts';

/** Makes a new certificate for localhost with a key of its own. Returns its fingerprint. */
export function makeCertificate(keyPath: string, certificatePath: string): string {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
    keyPath, '-out', certificatePath,
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'], { stdio: 'ignore' });
  return new X509Certificate(readFileSync(certificatePath)).fingerprint256;
}

/** A certificate for localhost that is its own authority, and where it lies, for --call-ca-file. */
export function newCertificate(): { file: string; tls: { key: string; cert: string } } {
  const folder = newFolder('certificate'), key = join(folder, 'key.pem'), file = join(folder, 'certificate.pem');
  makeCertificate(key, file);
  return { file, tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8') } };
}
