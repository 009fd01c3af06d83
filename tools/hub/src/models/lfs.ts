import { seal } from '../access.ts';
import type { Blob } from '../content/blob.ts';
import { answerJson, type Exchange, readBody } from '../http/exchange.ts';
import type { Uploads } from '../uploads.ts';
import { refuse } from './refuse.ts';

export interface LfsOptions {
  readonly uploads: Uploads;
  /** What the hub was started with. */
  readonly known: (sha256: string) => Blob | undefined;
  /** Objects larger than that are uploaded in parts of that size. */
  readonly partSize: number;
}

type LfsObject = { readonly oid: string; readonly size: number };
type Batch = { readonly operation: string; readonly transfers?: readonly string[]; readonly objects: readonly LfsObject[] };

export function objectOf({ uploads, known }: LfsOptions, oid: string): Blob | undefined {
  return uploads.blob(oid) ?? known(oid);
}

/** Git LFS’s Batch API, with the Hub’s multipart transfer beside the basic one. */
export async function serveBatch(exchange: Exchange, repository: string, options: LfsOptions): Promise<void> {
  const { operation, transfers = ['basic'], objects } = JSON.parse(await readBody(exchange.request)) as Batch;
  if (operation !== 'upload') return refuse(exchange, 501, { code: 'Unsupported', message: 'Uploads only' });
  const isMultipart = transfers.includes('multipart');
  answerJson(
    exchange,
    {
      transfer: isMultipart ? 'multipart' : 'basic',
      objects: objects.map((object) =>
        objectOf(options, object.oid) ? object : { ...object, actions: actionsFor(exchange, { repository, object, isMultipart, options }) },
      ),
    },
    { headers: { 'content-type': 'application/vnd.git-lfs+json' } },
  );
}

type Wanted = { readonly repository: string; readonly object: LfsObject; readonly isMultipart: boolean; readonly options: LfsOptions };

function actionsFor({ url }: Exchange, { repository, object, isMultipart, options }: Wanted): Readonly<Record<string, unknown>> {
  const { oid, size } = object;
  const { uploads, partSize } = options;
  const verify = { href: `${url.origin}/${repository}.git/info/lfs/objects/verify`, header: {} };
  if (!isMultipart || size <= partSize) return { upload: { href: uploads.sign(oid), header: {} }, verify };
  const parts = Array.from({ length: Math.ceil(size / partSize) }, (_, index) => [String(index + 1).padStart(5, '0'), uploads.sign(oid, index + 1)]);
  // The address itself is good for completing, for whoever has it.
  const href = `${url.origin}/api/complete_multipart?oid=${oid}&signature=${seal(`complete:${oid}`)}`;
  return { upload: { href, header: { chunk_size: String(partSize), ...Object.fromEntries(parts) } } };
}

export async function serveCompletion(exchange: Exchange, { uploads }: LfsOptions): Promise<void> {
  const { searchParams } = exchange.url;
  const oid = searchParams.get('oid') ?? '';
  if (searchParams.get('signature') !== seal(`complete:${oid}`)) return refuse(exchange, 403, { code: 'Forbidden', message: 'Bad signature' });
  const body = JSON.parse(await readBody(exchange.request)) as { oid: string; parts: { partNumber: number; etag: string }[] };
  if (body.oid !== oid || !uploads.complete(oid, body.parts)) return refuse(exchange, 400, { code: 'BadRequest', message: 'The parts are not the object' });
  answerJson(exchange, { success: true });
}

export async function serveVerify(exchange: Exchange, options: LfsOptions): Promise<void> {
  const { oid, size } = JSON.parse(await readBody(exchange.request)) as LfsObject;
  if (objectOf(options, oid)?.size !== size) return refuse(exchange, 404, { code: 'NotFound', message: 'No such object' });
  answerJson(exchange, { success: true });
}
