import type { Blob } from './content/blob.ts';
import { seal } from './access.ts';
import { answer, type Exchange } from './http/exchange.ts';
import { serveBlob } from './http/serve-blob.ts';

/** Seconds that a signed address is good for. */
const LIFE = 3600;

/** The second origin, which large files are redirected to: signed addresses that expire, and no other credentials. */
export interface Cdn {
  /** A signed address. */
  sign(blob: Blob): string;
  serve(exchange: Exchange): void;
}

export function createCdn({ origin, find }: { readonly origin: () => string; readonly find: (sha256: string) => Blob | undefined }): Cdn {
  return {
    sign({ sha256 }) {
      const expires = Math.floor(Date.now() / 1000) + LIFE;
      return `${origin()}/blobs/${sha256}?Expires=${expires}&Signature=${seal(`${sha256}:${expires}`)}`;
    },
    serve(exchange) {
      const { url, request, faults } = exchange;
      const sha256 = url.pathname.split('/').at(-1) ?? '';
      const expires = url.searchParams.get('Expires') ?? '';
      // As S3 does: two ways to log in at once are refused.
      if (request.headers.authorization !== undefined)
        return answer(exchange, 400, { body: '<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>' });
      const good = url.searchParams.get('Signature') === seal(`${sha256}:${expires}`) && Number(expires) * 1000 > Date.now();
      if (!good || faults.some((fault) => fault.kind === 'expired'))
        return answer(exchange, 403, { body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' });
      const blob = find(sha256);
      return blob ? serveBlob(exchange, blob) : answer(exchange, 404);
    },
  };
}
