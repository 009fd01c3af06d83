import type { EngineSession } from '@ilab/core';

/** An answer of a session, with its body as JSON where it is some. */
export interface SessionAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** How to ask: with the session's headers, unless others are given. */
export interface Asking {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks a session at a path below its endpoint; `..` leads to what stands beside `/v1`. */
export async function ask(session: EngineSession, path: string, asking: Asking = {}): Promise<SessionAnswer> {
  const response = await request(session, path, asking);
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, body: text };
  }
}

/** Asks for a stream. @returns its events, each as its text */
export async function askForStream(session: EngineSession, path: string, asking: Asking): Promise<readonly string[]> {
  const response = await request(session, path, asking);
  const text = await response.text();
  return text
    .split(/\r?\n\r?\n/)
    .filter((event) => event.trim() !== '')
    .map((event) => event.replace(/^data: ?/, ''));
}

function request({ endpoint, headers }: EngineSession, path: string, { body, headers: others = headers }: Asking): Promise<Response> {
  const url = path.startsWith('../') ? new URL(path.slice(2), endpoint).href : `${endpoint}/${path}`;
  if (body === undefined) return fetch(url, { headers: others });
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...others }, body: JSON.stringify(body) });
}
