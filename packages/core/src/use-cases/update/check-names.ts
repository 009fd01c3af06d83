import { IlabError, isIlabError } from '../../errors/ilab-error.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registries } from '../../ports/registries.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import type { NameProblem, NameState } from './name-state.ts';
import type { TrackedName } from './tracked-names.ts';

/** Registries are asked so many questions at once, all together. */
const AT_ONCE = 8;
/** What does not get better with the next name of a host. */
const OF_THE_HOST: readonly string[] = ['E_NETWORK', 'E_RATE_LIMITED', 'E_PLUGIN_MISSING', 'E_PLUGIN_BROKEN', 'E_BAD_CONFIG'];

export interface CheckDeps {
  readonly registries: Registries;
  readonly grammar: ReferenceGrammar;
}

/**
 * Asks registries where names point now, in the cheapest way that each has. What one of them does not answer stays unknown with its
 * reason, and hides nothing of the others; a host that can't be reached is asked once.
 * @throws what the signal was aborted with
 */
export async function checkNames(deps: CheckDeps, names: readonly TrackedName[], options: CallOptions): Promise<readonly NameState[]> {
  const answers = new Map<string, Answer>();
  const silent = new Map<string, NameProblem>();
  const questions = [...new Map(names.map((name) => [name.reference, name])).values()];
  await forEachAtOnce(questions, { limit: AT_ONCE, signal: options.signal }, async (name, signal) => {
    const { host } = name.repository;
    const known = silent.get(host);
    const answer = known ? { problem: known } : await ask(deps, name, { signal });
    answers.set(name.reference, answer);
    if (answer.problem && OF_THE_HOST.includes(answer.problem.code)) silent.set(host, answer.problem);
  });
  return names.map((name) => stateOf(name, answers.get(name.reference) ?? {}));
}

type Answer = { readonly now?: string; readonly problem?: NameProblem };

function stateOf({ reference, record: { revision } }: TrackedName, { now, problem }: Answer): NameState {
  if (now === undefined) return { reference, revision, state: 'unknown', ...(problem && { problem }) };
  return { reference, revision, state: now === revision ? 'current' : 'outdated', now };
}

async function ask({ registries, grammar }: CheckDeps, { repository, record, reference }: TrackedName, options: CallOptions): Promise<Answer> {
  try {
    const registry = await registries.open(repository.source, options);
    if (registry.revision) return { now: await registry.revision({ ...repository, version: record.name }, options) };
    const named = parseReference(reference, grammar);
    if (named.kind !== 'remote') throw new IlabError('E_INTERNAL', `${reference} is no reference.`);
    return { now: (await registry.resolve(named, options)).revision };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { problem: problemOf(error) };
  }
}

/** @throws what is no error of ours */
export function problemOf(error: unknown): NameProblem {
  if (!isIlabError(error)) throw error;
  const { code, message, hint } = error;
  return { code, message, ...(hint !== undefined && { hint }) };
}
