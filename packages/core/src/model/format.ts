import type { ModelFormat } from './stored.ts';

/** What kind of model a set of file names makes, before any of them was opened. */
export function formatOf(paths: readonly string[]): ModelFormat {
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1).toLowerCase());
  if (names.includes('adapter_config.json')) return 'adapter';
  const gguf = names.some((name) => name.endsWith('.gguf'));
  const safetensors = names.some((name) => name.endsWith('.safetensors'));
  if (gguf && safetensors) return 'mixed';
  if (gguf) return 'gguf';
  return safetensors ? 'safetensors' : 'unknown';
}

/** As what an engine can run a model, the best first: a folder with both formats is run whole, or else by its GGUF file. */
export function formatsToRun(format: ModelFormat): readonly ModelFormat[] {
  return format === 'mixed' ? ['safetensors', 'gguf'] : [format];
}
