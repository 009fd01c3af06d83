import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from '../programs.ts';
import { freePort, type RealServer, startServer } from './start-server.ts';

export interface RegistryOptions {
  /** An empty directory. */
  readonly directory: string;
  /** Lines of an `htpasswd` file with bcrypt hashes: who may read and write. */
  readonly htpasswd?: string;
  /** Where blobs are redirected to. */
  readonly redirectTo?: string;
  /** Who gives out tokens: distribution's own form of them. */
  readonly tokens?: { readonly realm: string; readonly service: string; readonly issuer: string /** A PEM file. */; readonly certificate: string };
  /** PEM files of a key and a certificate that is its own authority. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Default: a free one. */
  readonly port?: number;
  /** Whether `access.log` in the directory says what it was asked. */
  readonly accessLog?: boolean;
  /** The registry that it is a cache of. */
  readonly cacheOf?: string;
}

function programOf(name: string): string {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`${name} is not installed`);
  return program;
}

/** Debian's docker-registry: distribution 2.8. */
export async function startDockerRegistry(options: RegistryOptions): Promise<RealServer> {
  return startDistributionOf('docker-registry', options);
}

/** distribution v3: tells how far an upload came, and lets it go on there. */
export async function startDistribution(options: RegistryOptions): Promise<RealServer> {
  return startDistributionOf('registry', options);
}

async function startDistributionOf(name: string, options: RegistryOptions): Promise<RealServer> {
  const { directory, htpasswd, redirectTo, tokens, tls, port: chosen, accessLog = false, cacheOf } = options;
  const port = chosen ?? (await freePort());
  const passwords = join(directory, 'htpasswd');
  if (htpasswd !== undefined) await writeFile(passwords, htpasswd);
  // YAML is a superset of JSON.
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: !accessLog } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true }, maintenance: { uploadpurging: { enabled: false } } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of this test', ...(tls && { tls: { certificate: tls.cert, key: tls.key } }) },
    ...(htpasswd !== undefined && { auth: { htpasswd: { realm: 'test', path: passwords } } }),
    ...(tokens && { auth: { token: { realm: tokens.realm, service: tokens.service, issuer: tokens.issuer, rootcertbundle: tokens.certificate } } }),
    ...(redirectTo !== undefined && { middleware: { storage: [{ name: 'redirect', options: { baseurl: redirectTo } }] } }),
    ...(cacheOf !== undefined && { proxy: { remoteurl: cacheOf } }),
  };
  const path = join(directory, 'config.yml');
  await writeFile(path, JSON.stringify(config));
  return startServer({
    program: programOf(name),
    args: ['serve', path],
    port,
    ready: '/v2/',
    tls: tls !== undefined,
    ...(accessLog && { output: join(directory, 'access.log') }),
  });
}

/** olareg: OCI 1.1, referrers and honest paging. */
export async function startOlareg({ directory }: RegistryOptions): Promise<RealServer> {
  const port = await freePort();
  const data = join(directory, 'olareg');
  await mkdir(data);
  return startServer({
    program: programOf('olareg'),
    args: ['serve', '--addr', '127.0.0.1', '--port', String(port), '--dir', data, '--store-type', 'dir', '--api-delete', '--api-blob-delete'],
    port,
    ready: '/v2/',
  });
}

/** zot, minimal. */
export async function startZot({ directory }: RegistryOptions): Promise<RealServer> {
  const port = await freePort();
  const path = join(directory, 'zot.json');
  await writeFile(
    path,
    JSON.stringify({
      distSpecVersion: '1.1.1',
      storage: { rootDirectory: join(directory, 'zot') },
      http: { address: '127.0.0.1', port: String(port) },
      log: { level: 'error' },
    }),
  );
  return startServer({ program: programOf('zot'), args: ['serve', path], port, ready: '/v2/' });
}

export interface NginxOptions {
  /** For its own files. */
  readonly directory: string;
  /** What it serves: a folder. */
  readonly folder?: string;
  /** Or another server, `http://127.0.0.1:5000`. */
  readonly before?: string;
  /** Files of a key and a certificate, for TLS. */
  readonly tls?: {
    readonly key: string;
    readonly cert: string /** A PEM file of those who vouch for clients, which have to show a certificate. */;
    readonly clients?: string;
  };
}

/** nginx over a folder, which, like S3, refuses whoever sends credentials on; or before another server. */
export async function startNginx({ directory, folder = directory, before, tls }: NginxOptions): Promise<RealServer> {
  const port = await freePort();
  const path = join(directory, 'nginx.conf');
  await writeFile(
    path,
    `daemon off; master_process off; error_log stderr error; pid ${directory}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off; sendfile on;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server {
    listen 127.0.0.1:${port}${tls ? ' ssl' : ''};
    ${tls ? `ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};` : ''}
    ${tls?.clients === undefined ? '' : `ssl_client_certificate ${tls.clients}; ssl_verify_client on;`}
    ${before === undefined ? `root ${folder}; if ($http_authorization) { return 400; }` : `client_max_body_size 0; location / { proxy_pass ${before}; proxy_set_header Host $http_host; }`}
  }
}
`,
  );
  return startServer({ program: programOf('nginx'), args: ['-p', directory, '-c', path, '-e', 'stderr'], port, tls: tls !== undefined });
}
