import { join } from 'node:path';
import { mustRun } from '../run.ts';

/** PEM files. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for 127.0.0.1 that is its own authority; Node can't make one. Needs openssl. */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const made = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') };
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', made.key, '-out', made.cert, ...subject];
  await mustRun('openssl', args, { env: process.env });
  return made;
}
