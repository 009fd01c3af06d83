import type { UsedModel } from './wanted-model.ts';

/** A command of another tool, for the format that the model has. */
export type OtherTools = { readonly gguf: string; readonly safetensors: string };

const ENGINES = 'Engines come with later versions: npm install --global @ilab/cli';

/** What to do until there is an engine: any tool takes a path. */
export function meanwhile(used: readonly UsedModel[], tools: OtherTools | undefined): string {
  const here = used.flatMap((model) => ('path' in model ? [model] : []));
  const [model] = here;
  if (!model) return `${ENGINES}.`;
  const tool = tools && (model.format === 'gguf' || model.format === 'safetensors') ? `, for example: ${tools[model.format]} ${quoted(model.path)}` : '';
  return `The ${here.length === 1 ? 'path above works' : 'paths above work'} with any other tool${tool}. ${ENGINES}`;
}

/** A word for a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
