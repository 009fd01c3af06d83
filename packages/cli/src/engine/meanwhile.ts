import { shellWord } from '../present/shell-word.ts';
import type { UsedModel } from './wanted-model.ts';

/** A command of another tool, for the format that the model has. */
export type OtherTools = { readonly gguf: string; readonly safetensors: string };

/** What to do until there is an engine: any tool takes a path. `install` is what brings one. */
export function meanwhile(used: readonly UsedModel[], { tools, install }: { readonly tools: OtherTools | undefined; readonly install: string }): string {
  const here = used.flatMap((model) => ('path' in model ? [model] : []));
  const [model] = here;
  if (!model) return install;
  const tool = tools && (model.format === 'gguf' || model.format === 'safetensors') ? `, for example: ${tools[model.format]} ${shellWord(model.path)}` : '';
  return `The ${here.length === 1 ? 'path above works' : 'paths above work'} with any other tool${tool}. ${install}`;
}
