import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may read what; nothing set means that everybody may read all. */
export interface AccessOptions {
  /** How the registry side asks for credentials. */
  readonly registry?: 'basic' | 'bearer';
  /** User names and passwords of the registry side. */
  readonly users?: Readonly<Record<string, string>>;
  /** Tokens of the Hub side; where they are not set, any will do. */
  readonly tokens?: readonly string[];
  /** Tokens of the Hub side that may not write. */
  readonly readers?: readonly string[];
  /** Repositories that only users and tokens may read; with `registry: 'basic'` all are. */
  readonly private?: readonly string[];
  /** Repositories of the Hub side that everybody sees and only these tokens may fetch. */
  readonly gated?: Readonly<Record<string, readonly string[]>>;
}

const KEY = randomBytes(32);

/** The user of a Basic header whose password is right. */
export function basicUser({ headers }: IncomingMessage, { users = {} }: AccessOptions): string | undefined {
  const encoded = /^basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const [user = '', password] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(/:(.*)/s);
  return encoded !== undefined && Object.hasOwn(users, user) && users[user] === password ? user : undefined;
}

export function bearerToken({ headers }: IncomingMessage): string | undefined {
  return /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Whether a token is one of the Hub side's. */
export function isKnown(token: string, { tokens = [], readers = [] }: AccessOptions): boolean {
  return tokens.includes(token) || readers.includes(token);
}

/** A token that says for itself what it is good for. */
export function sealToken(claims: { readonly user: string; readonly scope: string; readonly expires: number }): string {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${body}.${seal(body)}`;
}

export function openToken(token: string | undefined): { readonly user: string; readonly scope: string } | undefined {
  const [body = '', signature] = (token ?? '').split('.');
  if (signature !== seal(body)) return undefined;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as { user: string; scope: string; expires: number };
  return claims.expires > Date.now() ? claims : undefined;
}

/** The signature of an address that expires. */
export function seal(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('hex');
}
