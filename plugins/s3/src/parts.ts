import type { CallOptions } from '@ilab/plugin-api';
import { ask, type Bucket } from './bucket.ts';
import type { ListedObject } from './list-objects.ts';

/** Parts of less can't be but the last, or the only one. */
const SMALLEST_PART = 5 * 1024 * 1024;

export interface PartsRequest {
  readonly object: ListedObject;
  /** How many it came in. */
  readonly count: number;
  readonly etag: string;
}

/**
 * How large the parts are that an object came in, as its first one says.
 * @returns undefined where that can't be found out, or where they can't all be of one size
 */
export async function partsOf(bucket: Bucket, { object, count, etag }: PartsRequest, options: CallOptions): Promise<number | undefined> {
  if (count === 1) return Math.max(object.size, SMALLEST_PART);
  const answer = await ask(bucket, { method: 'HEAD', key: object.key, query: { partNumber: '1' } }, options);
  const size = Number(answer.headers['content-length']);
  const isOne = (answer.status === 206 || answer.status === 200) && answer.headers['etag'] === etag && size >= SMALLEST_PART;
  return isOne && Math.ceil(object.size / size) === count ? size : undefined;
}
