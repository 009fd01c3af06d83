import type { NamedModel } from '@ilab/sdk/names';

/**
 * Ways to write the models that are here that begin with what is typed: canonical references, and, once something is typed, trailing parts
 * of repositories with and without their versions. What is a path by its looks is the shell's to complete.
 */
export function modelNames(typed: string, models: readonly NamedModel[]): readonly string[] {
  if (/^(?:[./~]|file:)/.test(typed)) return [];
  const canonical = models.map(({ reference }) => reference);
  return typed === '' ? canonical : [...canonical, ...models.flatMap(shortNames)];
}

/** `granite-7b-lab`, `models/granite-7b-lab` and so on, of `quay.io/ai-lab/models/granite-7b-lab:v1.1`, each with and without the version. */
function shortNames({ reference, repository }: NamedModel): readonly string[] {
  if (repository === undefined) return [];
  const version = reference.slice(reference.indexOf(repository) + repository.length);
  const segments = repository.split('/');
  const tails = segments.map((_, from) => segments.slice(from).join('/'));
  return [...tails, ...tails.map((tail) => tail + version)];
}
