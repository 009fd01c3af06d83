import {
  type CallOptions,
  type DeliveryRequest,
  type DeliverySite,
  forEachAtOnce,
  IlabError,
  isIlabError,
  type OlderFile,
  type PluginContext,
} from '@ilab/plugin-api';
import { type HubRepository, openRepository } from '../hub-client.ts';
import { isTrue } from '../truth.ts';
import { askReconstruction } from './ask-reconstruction.ts';
import type { CasTokens } from './cas-tokens.ts';
import { copyAll, planCopies } from './copy-local.ts';
import { cutOlder } from './cut-older.ts';
import { fetchRange } from './fetch-range.ts';
import { createLeaves } from './leaves.ts';
import { type Plan, placeTerms, planDelivery } from './plan.ts';
import type { Reconstruction } from './reconstruction.ts';
import { createRenewal, type Renew } from './renewal.ts';
import type { XetThreads } from './xet-threads.ts';

/** Bytes below which asking what a file is made of costs more than it saves. */
const LEAST = 1024 * 1024;
/** Of what would have to be fetched otherwise: less than a quarter saved is not worth the processor’s time. */
const WORTH_IT = 0.75;
/** Older versions that are looked at. */
const MOST_OLDER = 3;
/** What changes is scattered in small ranges, and each costs a round trip. */
const RANGES_AT_ONCE = 8;

/**
 * Brings a file from Xet storage (docs/xet): chunks that an older version on this machine has in common with it are copied, only the rest is
 * fetched, and the hash over all chunks is held against the file’s.
 * @returns `false` where there is nothing to be saved
 */
export async function deliverXet(
  { context, tokens, threads }: { readonly context: PluginContext; readonly tokens: CasTokens; readonly threads: XetThreads },
  { snapshot, file, older, site }: DeliveryRequest,
  options: CallOptions,
): Promise<boolean> {
  const { xetHash, blob } = file;
  const others = older.filter((other) => other.file.xetHash !== undefined && other.file.xetHash !== xetHash).slice(0, MOST_OLDER);
  if (xetHash === undefined || others.length === 0 || site.missing < LEAST || isTrue(context.env['HF_HUB_DISABLE_XET'])) return false;
  const hub = await openRepository(context, snapshot, options);
  const ask: Ask = async (hash, size, commit) =>
    askReconstruction({ http: hub.http, access: await tokens(hub, commit, options), xetHash: hash, size }, options);

  const wanted = await ask(xetHash, blob.size, snapshot.revision);
  const best = await bestOf(others, { wanted, ask });
  if (!best || best.plan.bytes > site.missing * WORTH_IT) return false;
  const renew = createRenewal(wanted, () => ask(xetHash, blob.size, snapshot.revision));
  const root = await threads.during(() => carryOut(best, { site, threads, renew }, options));
  if (root !== undefined && root !== xetHash) throw mixedUp(hub);
  return root !== undefined;
}

type Ask = (hash: string, size: number, commit: string) => Promise<Reconstruction>;

interface Best {
  readonly plan: Plan;
  readonly from: OlderFile;
  /** Of the older file. */
  readonly terms: Reconstruction['terms'];
}

/** The older version that leaves least to fetch. One that the storage no longer knows is of no use. */
async function bestOf(others: readonly OlderFile[], { wanted, ask }: { readonly wanted: Reconstruction; readonly ask: Ask }): Promise<Best | undefined> {
  let best: Best | undefined;
  for (const from of others) {
    const terms = await ask(from.file.xetHash ?? '', from.file.blob.size, from.snapshot.revision).then((found) => found.terms, unknown);
    const plan = planDelivery(wanted, terms);
    if (!best || plan.bytes < best.plan.bytes) best = { plan, from, terms };
  }
  return best;
}

function unknown(error: unknown): Reconstruction['terms'] {
  if (isIlabError(error)) return [];
  throw error;
}

type Means = { readonly site: DeliverySite; readonly threads: XetThreads; readonly renew: Renew };

/** @returns the hash over all chunks; undefined where nothing was written, because the older file is not cut as its storage says */
async function carryOut({ plan, from, terms }: Best, means: Means, { signal }: CallOptions): Promise<string | undefined> {
  const shared = new Set(plan.local.map(({ xorb }) => xorb));
  const runs = await cutOlder({ older: from, terms: placeTerms(terms).filter(({ xorb }) => shared.has(xorb)) }, means, { signal });
  const leaves = createLeaves();
  const copies = runs && planCopies(plan.local, runs, leaves);
  if (!copies) return undefined;
  const parts = [
    (call: CallOptions) => copyAll(copies, { older: from, site: means.site }, call),
    (call: CallOptions) =>
      forEachAtOnce(plan.remote, { limit: RANGES_AT_ONCE, signal: call.signal }, (one, inner) => fetchRange({ ...one, ...means, leaves }, { signal: inner })),
  ];
  await forEachAtOnce(parts, { limit: parts.length, signal }, (part, inner) => part({ signal: inner }));
  return leaves.root();
}

function mixedUp({ endpoint }: HubRepository): IlabError {
  return new IlabError('E_INTEGRITY', `The chunks that the storage of ${endpoint.name} sent are not those of the file.`, { side: 'source' });
}
