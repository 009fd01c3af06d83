import type { UsedModel } from './wanted-model.ts';

/** How llama.cpp or vLLM, by the model's format, would do it. */
export function otherTool(llamaCpp: string, vllm: string): (model: UsedModel | undefined) => string | undefined {
  return (model) => {
    if (!model || !('path' in model)) return undefined;
    return `${model.format === 'gguf' ? llamaCpp : vllm} ${quoted(model.path)}`;
  };
}

/** A word for a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
