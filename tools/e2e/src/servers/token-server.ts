import { createSign, randomUUID, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

/** What somebody may do, by repository; `registry` for the catalog. */
export type Grants = (user: string | undefined, resource: string) => readonly string[];

export interface TokenServer {
  /** What a registry's configuration wants of it. */
  readonly tokens: { readonly realm: string; readonly service: string; readonly issuer: string; readonly certificate: string };
  /** Scopes of each request, in their order. */
  readonly asked: readonly (readonly string[])[];
  stop(): Promise<void>;
}

export interface TokenServerOptions {
  readonly certificate: Certificate;
  readonly users: Readonly<Record<string, string>>;
  readonly grants: Grants;
}

const LIFE = 300;

/** A token service as distribution's specification describes it: GET, Basic or anonymous, tokens signed with RS256. */
export async function startTokenServer({ certificate, users, grants }: TokenServerOptions): Promise<TokenServer> {
  const [key, pem] = [await readFile(certificate.key, 'utf8'), await readFile(certificate.cert)];
  const asked: string[][] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
    asked.push(scopes);
    const user = whoIs(request, users);
    response.setHeader('content-type', 'application/json');
    if (user === null) return response.writeHead(401).end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED' }] }));
    const now = Math.floor(Date.now() / 1000);
    const access = scopes
      .map((scope) => readScope(scope))
      .map(({ type, name, actions }) => {
        const granted = grants(user, type === 'registry' ? 'registry' : name);
        return { type, name, actions: actions.filter((action) => granted.includes(action)) };
      });
    const claims = {
      iss: 'issuer',
      sub: user ?? '',
      aud: url.searchParams.get('service'),
      exp: now + LIFE,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const header = { typ: 'JWT', alg: 'RS256', x5c: [new X509Certificate(pem).raw.toString('base64')] };
    const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const token = `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
    return response.end(JSON.stringify({ token, expires_in: LIFE, issued_at: new Date().toISOString() }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    tokens: { realm: `http://127.0.0.1:${port}/token`, service: 'registry', issuer: 'issuer', certificate: certificate.cert },
    asked,
    stop: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

/** @returns undefined for nobody, null for a wrong password */
function whoIs({ headers }: IncomingMessage, users: TokenServerOptions['users']): string | undefined | null {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return undefined;
  const [user = '', password] = Buffer.from(basic, 'base64').toString().split(':');
  return users[user] !== undefined && users[user] === password ? user : null;
}

function readScope(scope: string): { readonly type: string; readonly name: string; readonly actions: readonly string[] } {
  const [type = '', ...rest] = scope.split(':');
  return { type, name: rest.slice(0, -1).join(':'), actions: rest.at(-1)?.split(',') ?? [] };
}
