import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Files of a key and of a certificate that it signs itself. */
export interface Certificate {
  readonly directory: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate of our own for 127.0.0.1, as a server or as a client. Node can't make one. @returns undefined where openssl is missing */
export function makeCertificate(): Certificate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-tls-'));
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    );
    return { directory, cert, key };
  } catch {
    return undefined;
  }
}
