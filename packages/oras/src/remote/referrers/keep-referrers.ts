import { type CallOptions, type Digest, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../../content/descriptor.ts';
import { INDEX_TYPES } from '../../content/media-types.ts';
import { isRecord } from '../../content/record.ts';
import { pushing } from '../access.ts';
import { type FetchedManifest, findManifest, manifestUrl } from '../read-manifest.ts';
import { registryError } from '../registry-error.ts';
import type { RepositoryClient } from '../repository-client.ts';
import { knowsReferrers } from './list-referrers.ts';
import { referrersTag } from './referrers-tag.ts';

/** How often others may be faster. */
const MOST_TRIES = 5;

/** Adds a referrer to its subject's tag. To be called in turn. @throws IlabError E_CONFLICT (others were faster every time), E_REGISTRY, and as `Pusher.push` */
export async function addReferrer(
  client: RepositoryClient,
  { subject, entry }: { readonly subject: Descriptor; readonly entry: Descriptor },
  options: CallOptions,
): Promise<void> {
  await rewrite(client, subject, (entries) => (entries.some((one) => one['digest'] === entry.digest) ? undefined : [...entries, plain(entry)]), options);
}

/** Takes one away, where the registry does not by itself. To be called in turn. */
export async function dropReferrer(
  client: RepositoryClient,
  { subject, digest }: { readonly subject: Descriptor; readonly digest: Digest },
  options: CallOptions,
): Promise<void> {
  if (await knowsReferrers(client, subject.digest, options)) return;
  await rewrite(
    client,
    subject,
    (entries) => (entries.some((one) => one['digest'] === digest) ? entries.filter((one) => one['digest'] !== digest) : undefined),
    options,
  );
}

type Entries = readonly Readonly<Record<string, unknown>>[];

async function rewrite(client: RepositoryClient, subject: Descriptor, change: (entries: Entries) => Entries | undefined, options: CallOptions): Promise<void> {
  const tag = referrersTag(subject.digest);
  const access = pushing(client.repository);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await findManifest(client, tag, options);
    const index = readIndex(found, { host: client.host, tag });
    const manifests = change(index.manifests);
    if (!manifests) return;
    const body = JSON.stringify({ ...index, manifests });
    const headers = { 'content-type': INDEX_TYPES[0], ...(found?.etag !== undefined && { 'if-match': found.etag }) };
    const answer = await client.authorizer.send({ url: manifestUrl(client, tag), method: 'PUT', headers, body }, access, options);
    if (answer.status === 201) return;
    if (answer.status !== 412) throw registryError(answer, client, access.doing);
  }
  throw new IlabError('E_CONFLICT', `Others keep changing what refers to a manifest of “${client.repository}” at ${client.host}.`, {
    hint: 'Try again.',
    retryable: true,
  });
}

/** The index as it stands, so that what others wrote into it stays. */
function readIndex(
  found: FetchedManifest | undefined,
  { host, tag }: { readonly host: string; readonly tag: string },
): Record<string, unknown> & { manifests: Entries } {
  if (!found) return { schemaVersion: 2, mediaType: INDEX_TYPES[0], manifests: [] };
  const value: unknown = JSON.parse(found.content);
  if (found.manifest.kind === 'index' && isRecord(value) && Array.isArray(value['manifests']))
    return { ...value, manifests: value['manifests'].filter(isRecord) };
  throw new IlabError('E_REGISTRY', `The tag “${tag}” at ${host}, meant for what refers to a manifest, names something else.`, {
    hint: 'Move that away first.',
  });
}

function plain({ mediaType, digest, size, artifactType, annotations }: Descriptor): Readonly<Record<string, unknown>> {
  return { mediaType, digest, size, ...(Object.keys(annotations).length > 0 && { annotations }), ...(artifactType !== undefined && { artifactType }) };
}
