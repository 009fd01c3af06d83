import { type HttpBody, type HttpRequest, isPrivateHost, type Logger, type RegistrySettings } from '@ilab/core';
import type { PluginContext } from '@ilab/plugin-api';
import type { Handler, Peer, Plain } from './peer.ts';

/** Of one answer of an API, in bytes. */
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** Lines that a plugin may log. */
const MOST_LINES = 1000;
const METHODS: readonly unknown[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', undefined];

export interface Ports {
  readonly context: PluginContext;
  /** Whether a host is the plugin's: one that its manifest claims, or that the user gave to its source. */
  readonly isOwn: (host: string) => boolean;
  /** Whether a host is another plugin's, so that asking for its credential is no mistake. */
  readonly isOthers: (host: string) => boolean;
  /** Whether the user named a host in what is being asked. */
  readonly isNamed: (host: string) => boolean;
  readonly peer: () => Peer;
  readonly misbehaved: (why: string) => Error;
}

/** What a plugin in a process of its own may ask of the host. */
export function portHandlers(ports: Ports): Readonly<Record<string, Handler>> {
  const { context, peer } = ports;
  const { credentials, answers, http } = context;
  const own = (host: unknown): string | undefined => {
    const name = textOf(host, ports);
    if (ports.isOthers(name)) throw ports.misbehaved(`it asked for the credential of ${name.slice(0, 100)}, which is not its own`);
    return ports.isOwn(name) ? name : undefined;
  };
  return {
    async 'http.request'(params, signal) {
      const { status, headers, url, body } = await http.request(requestOf(params, ports), { signal });
      return { status, headers, url, body };
    },
    async 'http.stream'(params, signal) {
      const { maxBytes: _, ...request } = requestOf(params, ports);
      const { status, headers, url, body, cancel } = await http.stream(request, { signal });
      const { lent, takeBack } = peer().lend(() => once(body, { cancel, takeBack: () => takeBack() }));
      return { status, headers, url, lent };
    },
    async 'credentials.find'({ host, repository }, signal) {
      const name = own(host);
      return name === undefined ? undefined : credentials?.find(name, { signal, ...(typeof repository === 'string' && { repository }) });
    },
    async 'credentials.store'({ host, credential }, signal) {
      const name = own(host);
      const { username, password } = (credential ?? {}) as Plain;
      if (name === undefined || !credentials || typeof username !== 'string' || typeof password !== 'string')
        throw ports.misbehaved('it stored no credential of its own');
      return credentials.store(name, { username, password }, { signal });
    },
    async 'credentials.erase'({ host }, signal) {
      const name = own(host);
      return name === undefined ? [] : (credentials?.erase(name, { signal }) ?? []);
    },
    'answers.get': async ({ key }) => answers?.get(textOf(key, ports)),
    async 'answers.put'({ key, answer, wanted }) {
      await answers?.put(textOf(key, ports), textOf(answer, ports, LARGEST_ANSWER), { wanted: wanted === true });
    },
  };
}

/** What it logs, as the host's own lines with its name. */
export function logLines(logger: Logger, { name, flooded }: { readonly name: string; readonly flooded: () => void }): (params: Plain) => void {
  let lines = 0;
  return ({ level, message }) => {
    lines += 1;
    if (lines > MOST_LINES) return flooded();
    const say = level === 'warn' ? logger.warn : level === 'info' ? logger.info : logger.debug;
    say.call(logger, `${name}: ${oneLine(String(message))}`);
  };
}

function oneLine(text: string): string {
  return text.slice(0, 500).replace(/\p{C}+/gu, ' ');
}

function requestOf(params: Plain, ports: Ports): HttpRequest {
  const { url, method, headers = {}, body, redirect, maxBytes, answerWithin, once: isOnce, lent, size } = params;
  const isHeaders = typeof headers === 'object' && headers !== null && Object.values(headers).every((value) => typeof value === 'string');
  const isBody = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  if (!isWebAddress(url) || !METHODS.includes(method) || !isHeaders || !isBody) throw ports.misbehaved('it asked for a request that can be none');
  refuseInside(new URL(url), ports);
  const large: HttpBody | undefined =
    typeof lent === 'number' ? { ...(typeof size === 'number' && { size }), open: () => pieces(ports.peer().borrow(lent), ports) } : undefined;
  return {
    url,
    ...(method !== undefined && { method: method as NonNullable<HttpRequest['method']> }),
    headers: headers as Readonly<Record<string, string>>,
    ...(large ? { body: large } : body !== undefined && { body }),
    ...(redirect === 'manual' && { redirect }),
    maxBytes: Math.min(typeof maxBytes === 'number' && maxBytes >= 0 ? maxBytes : LARGEST_ANSWER, LARGEST_ANSWER),
    ...(typeof answerWithin === 'number' && answerWithin > 0 && { answerWithin: Math.min(answerWithin, 600_000) }),
    ...(isOnce === true && { once: true }),
  };
}

/** What only means something on this machine or in its network is no business of a plugin's, unless it is its own or the user named it. */
function refuseInside({ hostname, host }: URL, { isOwn, isNamed, misbehaved }: Ports): void {
  if (!isPrivateHost(hostname) || isOwn(host) || isNamed(host)) return;
  throw misbehaved(`it asked ${host}, which is inside your network and not its own`);
}

/** Whether text is an address that the host's client may be given. */
export function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 16_384 && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

async function* pieces(from: AsyncIterable<unknown>, ports: Ports): AsyncGenerator<Uint8Array> {
  for await (const piece of from) {
    if (!(piece instanceof Uint8Array)) throw ports.misbehaved('it sent a body that is no bytes');
    yield piece;
  }
}

async function* once(
  body: AsyncIterable<Uint8Array>,
  { cancel, takeBack }: { readonly cancel: () => Promise<void>; readonly takeBack: () => void },
): AsyncGenerator<Uint8Array> {
  takeBack();
  try {
    yield* body;
  } finally {
    await cancel();
  }
}

function textOf(value: unknown, ports: Pick<Ports, 'misbehaved'>, longest = 4096): string {
  if (typeof value === 'string' && value.length <= longest) return value;
  throw ports.misbehaved('it asked with something that is no text');
}

/** Configuration of the hosts that are a plugin's, for it to know how they are spoken to. */
export function ownSettings(registries: PluginContext['registries'], isOwn: Ports['isOwn']): Readonly<Record<string, RegistrySettings>> {
  return Object.fromEntries(Object.entries(registries).filter(([host]) => isOwn(host)));
}
