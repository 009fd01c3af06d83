import { isIlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Prompt } from '../ports/prompt.ts';
import type { ShortNames } from '../ports/short-names.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { applyAlias } from './literal-reference.ts';
import { ambiguous } from './resolver-errors.ts';

export interface SearchDeps {
  readonly prompt: Prompt;
  readonly settings: ModelSettings;
  /** Absent: nobody but the settings says anything of short names. */
  readonly shortNames?: ShortNames;
}

/** Where a short name goes. */
export interface SearchFinding {
  readonly reference: RemoteReference;
  /** The file that says so, where it is one entry that decides. */
  readonly origin?: string;
  /** Whether a person chose among several, which is worth a record. */
  readonly chosen?: true;
}

type Naming = { readonly reference: ShortReference; readonly grammar: ReferenceGrammar };

/**
 * Where a short name goes: by its entry, else by the search list under Podman's modes: `enforcing` asks, and without a terminal takes only
 * what is sure; `permissive` asks, and without a terminal takes the first; `disabled` takes the first. What ilab's configuration says of
 * mode and list wins over what other tools' does.
 * @returns undefined when there is no list, or the name is none for it
 * @throws IlabError E_AMBIGUOUS, E_BAD_CONFIG
 */
export async function searchShortName(deps: SearchDeps, naming: Naming, options: CallOptions): Promise<SearchFinding | undefined> {
  const { reference, grammar } = naming;
  if (reference.kind !== 'short') return undefined;
  const entry = await deps.shortNames?.find(reference.repository, options);
  const named = entry && applyAlias(reference, { grammar, aliases: { [reference.repository]: entry.target } });
  if (entry && named?.kind === 'remote') return { reference: named, origin: entry.origin };
  const rules = await deps.shortNames?.rules(options);
  const { mode = rules?.mode ?? 'enforcing', search = rules?.search ?? [] } = deps.settings.shortNames;
  const candidates = search.flatMap((host) => completed(host, naming) ?? []);
  const [first, second] = candidates;
  if (!first) return undefined;
  if (!second || mode === 'disabled') return { reference: first };
  const names = candidates.map(({ canonical }) => canonical);
  if (deps.prompt.interactive) {
    const answer = await deps.prompt.choose({ message: `Where should “${reference.canonical}” come from?`, choices: names }, options);
    const chosen = candidates.find(({ canonical }) => canonical === answer);
    if (chosen) return { reference: chosen, chosen: true };
  } else if (mode === 'permissive') return { reference: first };
  throw ambiguous(reference, names);
}

/** A short name below a host of the list; undefined where nothing can be called so, as upper case in an OCI registry. */
function completed(host: string, { reference, grammar }: Naming): RemoteReference | undefined {
  try {
    const candidate = parseReference(`${host}/${reference.canonical}`, grammar);
    return candidate.kind === 'remote' ? candidate : undefined;
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_BAD_REFERENCE') return undefined;
    throw error;
  }
}
