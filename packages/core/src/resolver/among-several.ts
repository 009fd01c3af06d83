import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { ambiguous } from './resolver-errors.ts';
import type { SearchDeps } from './search-list.ts';
import type { Tracked } from './tracked.ts';

interface Choice {
  readonly reference: RemoteReference | ShortReference;
  readonly grammar: ReferenceGrammar;
  readonly tracked: readonly Tracked[];
}

export interface AmongSeveral {
  readonly tracked: Tracked;
  /** The file of the entry that decided. */
  readonly origin?: string;
}

/**
 * Which of several models that are here a name means: the one that an entry for it names, else what a person chooses, which is recorded.
 * @throws IlabError E_AMBIGUOUS
 */
export async function amongSeveral({ prompt, shortNames }: SearchDeps, { reference, grammar, tracked }: Choice, options: CallOptions): Promise<AmongSeveral> {
  const short = reference.kind === 'short' ? reference.repository : undefined;
  const entry = short === undefined ? undefined : await shortNames?.find(short, options);
  const [named, another] = tracked.filter((one) => entry && repositoryOf(one) === repositoryNamed(entry.target, grammar));
  if (entry && named && !another) return { tracked: { ...named, because: 'tracked, by the entry for its short name' }, origin: entry.origin };
  const names = tracked.map((one) => one.reference);
  const answer = prompt.interactive ? await prompt.choose({ message: `Which “${reference.canonical}”?`, choices: names }, options) : undefined;
  const chosen = tracked.find((one) => one.reference === answer);
  if (!chosen) throw ambiguous(reference, names);
  const target = repositoryOf(chosen);
  if (short !== undefined && target !== undefined) await shortNames?.record(short, target, options);
  return { tracked: { ...chosen, because: 'tracked, chosen' } };
}

function repositoryNamed(target: string, grammar: ReferenceGrammar): string | undefined {
  const named = parseReference(target, grammar);
  return named.kind === 'remote' ? `${named.host}/${named.repository}` : undefined;
}

function repositoryOf({ id }: Tracked): string | undefined {
  return id && `${id.host}/${id.repository}`;
}
