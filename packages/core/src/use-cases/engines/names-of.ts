import type { CallOptions } from '../../ports/call-options.ts';
import { nullPrompt } from '../../ports/prompt.ts';
import { type ResolverDeps, resolveReference } from '../../resolver/resolve-reference.ts';
import type { ResolvedModel } from '../resolve-model.ts';

/** Names under which a model is asked for: its canonical reference, then the aliases that mean it now. */
export async function namesOf(deps: ResolverDeps, model: ResolvedModel, options: CallOptions): Promise<readonly string[]> {
  const names = [model.reference];
  for (const alias of Object.keys(deps.settings.aliases)) {
    if (!names.includes(alias) && (await pathOf(deps, alias, options)) === model.path) names.push(alias);
  }
  return names;
}

/** Where it is, if it is here; nobody is asked. */
async function pathOf(deps: ResolverDeps, value: string, options: CallOptions): Promise<string | undefined> {
  try {
    const found = await resolveReference({ ...deps, prompt: nullPrompt }, { value, pull: 'never' }, options);
    return found.kind === 'remote' ? undefined : found.path;
  } catch (error) {
    options.signal?.throwIfAborted();
    // An alias of something else may be anything, also broken.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
