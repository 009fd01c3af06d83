import { quantisationOf } from './quantisation.ts';

/** Whether a GGUF file is the projector of a multimodal model (`mmproj-F16.gguf`): not a model, but what one needs to see or hear. */
export function isProjector(path: string): boolean {
  return /(?:^|[-_./])mmproj/i.test(path.slice(path.lastIndexOf('/') + 1)) && /\.gguf$/i.test(path);
}

/**
 * The projector that goes with a model's files, as llama.cpp chooses it: in the deepest folder that they share, then of the nearest
 * number of bits, then the first by name.
 * @returns undefined when the model is none that has one, or brings its own
 */
export function projectorFor(model: readonly string[], paths: readonly string[]): string | undefined {
  const [first] = model.filter((path) => /\.gguf$/i.test(path)).toSorted();
  if (first === undefined || model.some(isProjector)) return undefined;
  const bits = bitsOf(first);
  const rank = (path: string): readonly [number, number] => [-sharedDepth(path, first), Math.abs(bitsOf(path) - bits)];
  const [best] = paths.filter(isProjector).toSorted((a, b) => compare(rank(a), rank(b)) || (a < b ? -1 : 1));
  return best;
}

function bitsOf(path: string): number {
  return Number(/\d+/.exec(quantisationOf(path) ?? '')?.[0] ?? 0);
}

/** How deep the folder is that a projector has in common with the model, if the model lies in it or below. */
function sharedDepth(path: string, model: string): number {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return model.startsWith(folder) ? folder.split('/').length : 0;
}

function compare([depth, distance]: readonly [number, number], [otherDepth, otherDistance]: readonly [number, number]): number {
  return depth - otherDepth || distance - otherDistance;
}
