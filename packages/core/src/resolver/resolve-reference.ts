import { IlabError, isIlabError } from '../errors/ilab-error.ts';
import { LOCAL_HOST } from '../model/local-host.ts';
import type { Reference, RemoteReference, ShortReference } from '../model/reference.ts';
import type { ModelSettings, PullPolicy } from '../model/settings.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ModelProbe } from '../ports/model-probe.ts';
import type { Registries } from '../ports/registries.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { looksLikePath } from '../reference/path-reference.ts';
import { type AmongSeveral, amongSeveral } from './among-several.ts';
import { findCandidates } from './candidates.ts';
import { readInventory } from './inventory.ts';
import { applyAlias } from './literal-reference.ts';
import { lookAtPath, type PathFinding } from './path-step.ts';
import { mayBeOffline, offlineTiers, withOfflineTiers } from './offline-tiers.ts';
import type { RemoteResolution, Resolution, Step } from './resolution.ts';
import { notHere, offline, unknownName, versionNotHere } from './resolver-errors.ts';
import type { NearestDeps } from './nearest-names.ts';
import { namingNearest } from './naming-nearest.ts';
import { type SearchDeps, type SearchFinding, searchShortName } from './search-list.ts';
import { type Tracked, trackedModel, withSteps } from './tracked.ts';

export type { Resolution, Step } from './resolution.ts';

export interface ResolverDeps extends SearchDeps {
  readonly registries: Pick<Registries, 'manifests'>;
  readonly cache: Pick<Cache, 'directory' | 'listing' | 'owner'>;
  readonly probe: ModelProbe;
}

export interface ResolverRequest {
  /** The value of `--model`. */
  readonly value: string;
  /** Overrides the configured policy. */
  readonly pull?: PullPolicy;
}

/**
 * Finds what a value of `--model` means: a path that is a model, something tracked, or a remote repository to be downloaded. It
 * downloads nothing and never picks by chance.
 * @throws IlabError E_BAD_REFERENCE, E_NOT_FOUND, E_NOT_A_MODEL, E_AMBIGUOUS, E_OFFLINE
 */
export async function resolveReference(deps: ResolverDeps, request: ResolverRequest, options: CallOptions): Promise<Resolution> {
  try {
    return await namingNearest(nearestDeps(deps), request.value, options, () => findMeaning(deps, request, options));
  } catch (error) {
    if (!isIlabError(error) || !mayBeOffline(error)) throw error;
    const tiers = await offlineTiers(deps.cache, options);
    throw withOfflineTiers(error, looksLikePath(request.value) ? tiers.filter((tier) => request.value.startsWith(`${tier}/`)) : tiers);
  }
}

/** Where names like one that is not found are looked for. */
export function nearestDeps({ cache, registries, settings }: Pick<ResolverDeps, 'registries' | 'settings'> & Pick<NearestDeps, 'cache'>): NearestDeps {
  return { cache, grammar: { manifests: registries.manifests, registries: settings.registries }, aliases: settings.aliases };
}

async function findMeaning(deps: ResolverDeps, { value, pull }: ResolverRequest, options: CallOptions): Promise<Resolution> {
  const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const steps: Step[] = [];
  const typed = looksLikePath(value) ? undefined : parseReference(value, grammar);
  const aliased = typed && applyAlias(typed, { grammar, aliases: deps.settings.aliases });
  if (typed && aliased) steps.push(aliasStep(typed, { aliased, settings: deps.settings }));

  const reference = aliased ?? typed;
  const path = aliased ? (aliased.kind === 'path' ? aliased.path : undefined) : pathOf(value, grammar);
  const finding = path === undefined ? undefined : await lookAtPath({ ...deps, grammar }, path, options);
  if (finding) steps.push(pathStep(finding));
  if (finding && 'model' in finding) return { ...finding.model, steps };
  if (!reference || reference.kind === 'path') throw pathProblem(finding, value);

  const policy = pull ?? deps.settings.pull;
  const found = await findTracked(deps, { reference, grammar }, options);
  if (found) return settle(found.tracked, { policy, settings: deps.settings, grammar, steps: [...steps, ...byEntry(found.tracked.reference, found.origin)] });
  steps.push({ step: 'store', found: 'nothing' });
  if (finding?.exists && reference.kind !== 'remote') throw finding.problem;
  const { origin, chosen, reference: remote } = reference.kind === 'remote' ? { reference } : await searched(deps, { reference, grammar }, options);
  const resolution = toDownload(remote, { policy, settings: deps.settings, steps: [...steps, ...byEntry(remote.canonical, origin)] });
  return chosen ? { ...resolution, chosenFor: reference.repository } : resolution;
}

function pathOf(value: string, grammar: ReferenceGrammar): string {
  if (!looksLikePath(value)) return value;
  const reference = parseReference(value, grammar);
  return reference.kind === 'path' ? reference.path : value;
}

async function searched(
  deps: ResolverDeps,
  naming: { readonly reference: ShortReference; readonly grammar: ReferenceGrammar },
  options: CallOptions,
): Promise<SearchFinding> {
  const found = await searchShortName(deps, naming, options);
  if (found) return found;
  throw unknownName(naming.reference);
}

function pathProblem(finding: PathFinding | undefined, value: string): IlabError {
  return finding && 'problem' in finding ? finding.problem : new IlabError('E_NOT_FOUND', `There is nothing at ${value}.`);
}

function aliasStep(typed: Reference, { aliased, settings }: { readonly aliased: Reference; readonly settings: ModelSettings }): Step {
  const origin = typed.kind === 'short' ? settings.aliasOrigins?.[typed.repository] : undefined;
  return { step: 'alias', found: aliased.kind === 'path' ? aliased.path : aliased.canonical, ...(origin !== undefined && { origin }) };
}

/** What was decided by an entry for a short name. */
function byEntry(found: string, origin: string | undefined): readonly Step[] {
  return origin === undefined ? [] : [{ step: 'short name', found, origin }];
}

function pathStep(finding: PathFinding): Step {
  return { step: 'path', found: 'model' in finding ? finding.model.path : finding.exists ? finding.problem.message : 'nothing' };
}

type Naming = { readonly reference: RemoteReference | ShortReference; readonly grammar: ReferenceGrammar };

async function findTracked(deps: ResolverDeps, { reference, grammar }: Naming, options: CallOptions): Promise<AmongSeveral | undefined> {
  const { by, found } = findCandidates(reference, await readInventory(deps.cache.listing(options)), grammar);
  const whole = found.flatMap((candidate) => trackedModel(candidate, grammar) ?? []).sort((a, b) => (a.reference < b.reference ? -1 : 1));
  const [only, second] = whole;
  if (only && !second) return { tracked: only };
  if (!only) {
    if (by === 'suffix' && found.length > 0) throw versionNotHere(reference, found);
    return undefined;
  }
  return amongSeveral(deps, { reference, grammar, tracked: whole }, options);
}

type Policy = { readonly policy: PullPolicy; readonly settings: ModelSettings; readonly steps: readonly Step[] };

/** What is here is used, unless the policy wants the registry asked. */
function settle(found: Tracked, { policy, settings, grammar, steps }: Policy & { readonly grammar: ReferenceGrammar }): Resolution {
  const hasRegistry = found.id !== undefined && found.id.host !== LOCAL_HOST;
  const ask = (policy === 'newer' || policy === 'always') && !settings.offline && hasRegistry && found.version !== undefined;
  if (!ask) return withSteps(found, steps);
  const reference = parseReference(found.reference, grammar);
  return reference.kind === 'remote' ? toDownload(reference, { policy, settings, steps }) : withSteps(found, steps);
}

function toDownload(reference: RemoteReference, { policy, settings, steps }: Policy): RemoteResolution {
  if (policy === 'never') throw notHere(reference);
  if (settings.offline) throw offline(reference);
  const because = policy === 'missing' ? 'remote, not here yet' : `remote, pull policy ${policy}`;
  return { kind: 'remote', reference, because, steps: [...steps, { step: 'remote', found: reference.canonical }] };
}
