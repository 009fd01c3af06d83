import { isIlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Prompt } from '../ports/prompt.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { ambiguous } from './resolver-errors.ts';

/**
 * Where a short name goes by the configured search list, under Podman's modes: `enforcing` asks, and without a terminal takes only
 * what is sure; `permissive` asks, and without a terminal takes the first; `disabled` takes the first.
 * @returns undefined when there is no list, or the name is none for it
 * @throws IlabError E_AMBIGUOUS
 */
export async function searchShortName(
  { prompt, settings }: { readonly prompt: Prompt; readonly settings: ModelSettings },
  { reference, grammar }: { readonly reference: ShortReference; readonly grammar: ReferenceGrammar },
  options: CallOptions,
): Promise<RemoteReference | undefined> {
  if (reference.kind !== 'short') return undefined;
  const { mode, search } = settings.shortNames;
  const candidates = search.flatMap((host) => completed(host, { reference, grammar }) ?? []);
  const [first, second] = candidates;
  if (!second || mode === 'disabled') return first;
  const names = candidates.map(({ canonical }) => canonical);
  if (prompt.interactive) {
    const answer = await prompt.choose({ message: `Where should “${reference.canonical}” come from?`, choices: names }, options);
    const chosen = candidates.find(({ canonical }) => canonical === answer);
    if (chosen) return chosen;
  } else if (mode === 'permissive') return first;
  throw ambiguous(reference, names);
}

/** A short name below a host of the list; undefined where nothing can be called so, as upper case in an OCI registry. */
function completed(
  host: string,
  { reference, grammar }: { readonly reference: ShortReference; readonly grammar: ReferenceGrammar },
): RemoteReference | undefined {
  try {
    const candidate = parseReference(`${host}/${reference.canonical}`, grammar);
    return candidate.kind === 'remote' ? candidate : undefined;
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_BAD_REFERENCE') return undefined;
    throw error;
  }
}
