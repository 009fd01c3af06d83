import { type CallOptions, IlabError, parseSize } from '@ilab/plugin-api';
import { ask, type Bucket } from './bucket.ts';
import { malformed, s3Error } from './errors.ts';
import { type Element, readXml } from './xml.ts';

/** An object as a list has it. */
export interface ListedObject {
  /** Whole. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** What is below a prefix. */
export interface Listing {
  readonly objects: readonly ListedObject[];
  /** Names of the folders right below it, where they were asked for. */
  readonly folders: readonly string[];
}

/** A model has fewer files than this, and a folder that has more is none. */
const MOST_OBJECTS = 10_000;

/** @param prefix with a slash at its end; `folders`: only what stands right below it, and which folders do */
export interface ListRequest {
  readonly prefix: string;
  readonly folders?: boolean;
}

/**
 * Everything below a prefix, page by page. Markers of folders are left out.
 * @throws IlabError as {@link s3Error}; E_REGISTRY for lists that are none, of other folders, or without end; E_NOT_A_MODEL for too many
 */
export async function listObjects(bucket: Bucket, { prefix, folders = false }: ListRequest, options: CallOptions): Promise<Listing> {
  const objects = new Map<string, ListedObject>();
  const names = new Set<string>();
  const seen = new Set<string>();
  for (let token: string | undefined = ''; token !== undefined; ) {
    if (seen.has(token)) throw malformed(bucket.host, 'a page of its list leads to itself');
    seen.add(token);
    const page = await readPage(bucket, { prefix, folders, token }, options);
    const reading = { bucket, prefix, isEncoded: page.first('EncodingType') === 'url' };
    for (const entry of page.all('Contents')) {
      const object = readObject(entry, reading);
      if (!object.key.endsWith('/')) objects.set(object.key, object);
    }
    for (const entry of page.all('CommonPrefixes')) names.add(folderName(entry, reading));
    if (objects.size + names.size > MOST_OBJECTS) throw tooMany(bucket);
    token = page.first('IsTruncated') === 'true' ? nextOf(page, bucket) : undefined;
  }
  return { objects: [...objects.values()], folders: [...names].filter((name) => name !== '') };
}

async function readPage(
  bucket: Bucket,
  { prefix, folders, token }: Required<ListRequest> & { readonly token: string },
  options: CallOptions,
): Promise<Element> {
  const answer = await ask(
    bucket,
    {
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        prefix,
        ...(folders && { delimiter: '/' }),
        ...(token !== '' && { 'continuation-token': token }),
      },
    },
    options,
  );
  if (answer.status !== 200) throw s3Error(answer, bucket);
  const page = readXml(answer.text());
  if (page?.name !== 'ListBucketResult') throw malformed(bucket.host, 'a list of objects is none');
  return page;
}

type Reading = { readonly bucket: Bucket; readonly prefix: string; readonly isEncoded: boolean };

function readObject(entry: Element, reading: Reading): ListedObject {
  const size = entry.first('Size') ?? '';
  return { key: keyOf(entry.first('Key'), reading), size: parseSize(/^\d{1,16}$/.test(size) ? Number(size) : undefined) };
}

function folderName(entry: Element, reading: Reading): string {
  return keyOf(entry.first('Prefix'), reading).slice(reading.prefix.length).replace(/\/$/, '');
}

/** A server that answers with other folders' keys would have files of one model taken for those of another. */
function keyOf(text: string | undefined, { bucket, prefix, isEncoded }: Reading): string {
  if (text === undefined) throw malformed(bucket.host, 'an object has no key');
  const key = isEncoded ? decoded(text) : text;
  if (key?.startsWith(prefix)) return key;
  throw malformed(bucket.host, 'it lists what is not in the folder that was asked for');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function nextOf(page: Element, { host }: Bucket): string {
  const token = page.first('NextContinuationToken');
  if (token !== undefined && token !== '' && token.length <= 4096) return token;
  throw malformed(host, 'its list goes on nowhere');
}

function tooMany({ host, repository }: Bucket): IlabError {
  return new IlabError('E_NOT_A_MODEL', `“${repository}” at ${host} has more than ${MOST_OBJECTS} objects.`, {
    hint: 'Name the folder that has the model, and nothing but the model.',
  });
}
