import { createHash } from 'node:crypto';
import { seal } from './access.ts';
import { type Blob, blobOf } from './content/blob.ts';
import { answer, type Exchange } from './http/exchange.ts';
import { receive } from './http/receive.ts';

/** Seconds that an address is good for. */
const LIFE = 3600;

/** Large content that is uploaded: to signed addresses of the second origin, whole or in parts, and nothing is kept that is not what it says. */
export interface Uploads {
  /** A signed address for an object, or for one part of it. */
  sign(oid: string, part?: number): string;
  serve(exchange: Exchange): Promise<void>;
  /** Puts parts together. @returns whether they are the object */
  complete(oid: string, parts: readonly { readonly partNumber: number; readonly etag: string }[]): boolean;
  blob(oid: string): Blob | undefined;
}

export function createUploads({ origin }: { readonly origin: () => string }): Uploads {
  const objects = new Map<string, Blob>();
  const parts = new Map<string, Buffer>();
  const keep = (oid: string, content: Buffer): boolean => {
    const blob = blobOf(content);
    if (blob.sha256 === oid) objects.set(oid, blob);
    return blob.sha256 === oid;
  };
  return {
    blob: (oid) => objects.get(oid),
    sign(oid, part) {
      const expires = Math.floor(Date.now() / 1000) + LIFE;
      const key = part === undefined ? oid : `${oid}:${part}`;
      return `${origin()}/uploads/${oid}?${part === undefined ? '' : `partNumber=${part}&`}Expires=${expires}&Signature=${seal(`${key}:${expires}`)}`;
    },
    async serve(exchange) {
      const { url, request, faults } = exchange;
      const oid = url.pathname.split('/').at(-1) ?? '';
      const part = url.searchParams.get('partNumber');
      const key = part === null ? oid : `${oid}:${part}`;
      const expires = url.searchParams.get('Expires') ?? '';
      // As S3 does: two ways to log in at once are refused, and so is a body of unknown length.
      if (request.headers.authorization !== undefined) return answer(exchange, 400, { body: '<Error><Code>InvalidArgument</Code></Error>' });
      if (request.headers['content-length'] === undefined) return answer(exchange, 411, { body: '<Error><Code>MissingContentLength</Code></Error>' });
      const good = url.searchParams.get('Signature') === seal(`${key}:${expires}`) && Number(expires) * 1000 > Date.now();
      if (!good || faults.some(({ kind }) => kind === 'expired')) return answer(exchange, 403, { body: '<Error><Code>AccessDenied</Code></Error>' });
      const { content, isWhole } = await receive(exchange);
      if (!isWhole) return;
      if (part === null && !keep(oid, content)) return answer(exchange, 400, { body: '<Error><Code>BadDigest</Code></Error>' });
      if (part !== null) parts.set(key, content);
      answer(exchange, 200, { headers: { etag: etagOf(content) } });
    },
    complete(oid, list) {
      const contents = list.map(({ partNumber, etag }) => {
        const content = parts.get(`${oid}:${partNumber}`);
        return content && etagOf(content) === etag ? content : undefined;
      });
      return contents.every((content) => content !== undefined) && keep(oid, Buffer.concat(contents));
    },
  };
}

function etagOf(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}
