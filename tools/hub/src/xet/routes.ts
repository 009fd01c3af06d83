import { bearerToken, openToken, seal, sealToken } from '../access.ts';
import { answer, answerJson, type Exchange } from '../http/exchange.ts';
import { parseRange, serveBlob } from '../http/serve-blob.ts';
import { reconstruct, type XorbRange } from './reconstruct.ts';
import type { XetStore } from './xet-store.ts';

/** Seconds that a token or an address is good for. */
const LIFE = 3600;
const SCOPE = 'xet:read';
const RECONSTRUCTION = /^\/(v[12])\/reconstructions\/([0-9a-f]{64})$/;

/** The downloading half of Xet storage: its API on one origin, xorbs on another (docs/xet/api.md). */
export interface Xet {
  readonly store: XetStore;
  /** Headers of an answer about a file. */
  headers(sha256: string, tokenUrl: string): Readonly<Record<string, string>>;
  grant(exchange: Exchange): void;
  serve(exchange: Exchange): void;
  serveXorb(exchange: Exchange): void;
}

export function createXet(store: XetStore, { cas, cdn }: { readonly cas: () => string; readonly cdn: () => string }): Xet {
  const sign = ({ xorb, from, to }: XorbRange): string => {
    const expires = Math.floor(Date.now() / 1000) + LIFE;
    const range = `bytes=${from}-${to}`;
    const query = new URLSearchParams({ 'X-Xet-Signed-Range': range, Expires: String(expires), Signature: seal(`${xorb.hash}:${range}:${expires}`) });
    return `${cdn()}/xorbs/${xorb.hash}?${query}`;
  };
  return {
    store,
    headers(sha256, tokenUrl) {
      const hash = store.hashOf(sha256);
      if (hash === undefined) return {};
      return { 'x-xet-hash': hash, link: `<${tokenUrl}>; rel="xet-auth", <${cas()}/v1/reconstructions/${hash}>; rel="xet-reconstruction-info"` };
    },
    grant(exchange) {
      const exp = Math.floor(Date.now() / 1000) + LIFE;
      const accessToken = sealToken({ user: '', scope: SCOPE, expires: exp * 1000 });
      const headers = { 'x-xet-cas-url': cas(), 'x-xet-access-token': accessToken, 'x-xet-token-expiration': String(exp) };
      answerJson(exchange, { accessToken, casUrl: cas(), exp }, { headers });
    },
    serve(exchange) {
      const { url, request } = exchange;
      if (openToken(bearerToken(request))?.scope !== SCOPE) return answer(exchange, 401);
      const [, version, hash = ''] = RECONSTRUCTION.exec(url.pathname) ?? [];
      const file = store.file(hash);
      if (!file) return answer(exchange, 404);
      const range = parseRange(request.headers.range, file.size);
      if (range === 'unsatisfiable') return answer(exchange, 416);
      const { offset, terms, ranges } = reconstruct(file, range ?? [0, file.size - 1]);
      const byXorb = Object.entries(Object.groupBy(ranges, ({ xorb }) => xorb.hash));
      const described = terms.map(({ xorb, start, end }) => ({ hash: xorb.hash, unpacked_length: xorb.lengthOf(start, end), range: { start, end } }));
      const addresses = version === 'v2' ? { xorbs: shaped(byXorb, (one) => second(one, sign)) } : { fetch_info: shaped(byXorb, (one) => first(one, sign)) };
      answerJson(exchange, { offset_into_first_range: offset, terms: described, ...addresses });
    },
    serveXorb(exchange) {
      const { url, request, faults } = exchange;
      const hash = url.pathname.split('/').at(-1) ?? '';
      if (request.headers.authorization !== undefined) return answer(exchange, 400);
      const [range = '', expires = '', signature] = ['X-Xet-Signed-Range', 'Expires', 'Signature'].map((name) => url.searchParams.get(name) ?? '');
      const good = signature === seal(`${hash}:${range}:${expires}`) && Number(expires) * 1000 > Date.now() && request.headers.range === range;
      if (!good || faults.some((fault) => fault.kind === 'expired')) return answer(exchange, 403);
      const xorb = store.xorb(hash);
      return xorb ? serveBlob(exchange, xorb.blob()) : answer(exchange, 404);
    },
  };
}

type Sign = (range: XorbRange) => string;

function shaped<T>(
  byXorb: readonly (readonly [string, readonly XorbRange[] | undefined])[],
  shape: (range: XorbRange) => T,
): Readonly<Record<string, readonly T[]>> {
  return Object.fromEntries(byXorb.map(([hash, ranges]) => [hash, (ranges ?? []).map(shape)]));
}

function first(range: XorbRange, sign: Sign) {
  return { url: sign(range), range: { start: range.start, end: range.end }, url_range: { start: range.from, end: range.to } };
}

function second(range: XorbRange, sign: Sign) {
  return { url: sign(range), ranges: [{ chunks: { start: range.start, end: range.end }, bytes: { start: range.from, end: range.to } }] };
}
