import type { CallOptions } from '@ilab/core/adapter';
import { isRecord } from '../content/record.ts';
import { pulling } from './access.ts';
import { pagesOf, type RepositoryClient } from './repository-client.ts';

/** Tags that stand for something else: referrers (`sha256-…`), cosign's signatures, attestations and bills of materials. */
const ATTACHMENT = /^sha(?:256|512)-[0-9a-f]{32,}/;

/** Tags in the registry's order, without those that tools keep signatures and attachments under. */
export async function* listTags(client: RepositoryClient, options: CallOptions): AsyncGenerator<string> {
  const first = { url: `${client.base}/tags/list?n=1000`, access: pulling(client.repository) };
  for await (const answer of pagesOf(client, first, options)) yield* readTags(answer.json());
}

export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** Some registries say null for none, and some list digests among the tags. */
function readTags(body: unknown): readonly string[] {
  const listed: unknown = isRecord(body) ? body['tags'] : undefined;
  if (!Array.isArray(listed)) return [];
  return listed.filter((tag): tag is string => typeof tag === 'string' && isTag(tag) && !ATTACHMENT.test(tag));
}
