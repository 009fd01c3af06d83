import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files of a key and a certificate for loopback that is its own authority. */
export function selfSigned(directory: string): { readonly key: string; readonly cert: string } {
  const tls = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') };
  const what = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const who = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', ...what, '-keyout', tls.key, '-out', tls.cert, ...who], { stdio: 'ignore' });
  return tls;
}
