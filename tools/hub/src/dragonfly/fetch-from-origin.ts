import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** What an origin answers that is no file. */
export class OriginError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the origin answers ${status}`);
    this.status = status;
  }
}

/** What is not the origin's. */
const OWN = ['host', 'range', 'connection'];
/** What does not go along to another origin. */
const SENSITIVE = ['authorization', 'cookie', 'proxy-authorization'];

/** Brings the whole of what is at an address, through redirects, after a look at its first byte, as dfdaemon does. */
export async function fetchFromOrigin(url: string, headers: IncomingHttpHeaders): Promise<Buffer> {
  const sent = without(headers, OWN);
  const first = await follow(url, { ...sent, range: 'bytes=0-0' });
  first.resume();
  const answer = await follow(url, sent);
  if (answer.statusCode !== 200) {
    answer.resume();
    throw new OriginError(answer.statusCode ?? 500);
  }
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function follow(url: string, headers: IncomingHttpHeaders): Promise<IncomingMessage> {
  const answer = await ask(url, headers);
  const { location } = answer.headers;
  if (location === undefined || (answer.statusCode ?? 0) < 300 || (answer.statusCode ?? 0) > 308) return answer;
  answer.resume();
  const next = new URL(location, url);
  return follow(next.href, next.origin === new URL(url).origin ? headers : without(headers, SENSITIVE));
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

function ask(url: string, headers: IncomingHttpHeaders): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
}
