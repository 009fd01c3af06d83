import type { PullPolicy } from '../../model/settings.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import { type ResolvedModel, type ResolveDeps, resolveModel } from '../resolve-model.ts';

/**
 * What an adapter was made for. Whoever made it has named it, so it is not fetched unasked, and no path of theirs is looked at.
 * @returns undefined when it is no adapter, or names nothing that is a reference
 * @throws IlabError as `ModelReader.facts` and `resolveModel`
 */
export async function adapterBase(
  deps: ResolveDeps,
  { model, pull = 'never' }: { readonly model: ResolvedModel; readonly pull?: PullPolicy | undefined },
  options: CallOptions,
): Promise<ResolvedModel | undefined> {
  if (model.format !== 'adapter') return undefined;
  const { base } = await deps.reader.facts(model.path, options);
  const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  if (base === undefined || !isName(base, grammar)) return undefined;
  return resolveModel(deps, { value: base, pull }, options);
}

/** What an adapter calls its base may be anything. */
function isName(text: string, grammar: ReferenceGrammar): boolean {
  try {
    return parseReference(text, grammar).kind !== 'path';
  } catch {
    return false;
  }
}
