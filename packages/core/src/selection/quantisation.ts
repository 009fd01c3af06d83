import { splitSetOf } from './split-set.ts';

/** Shapes of GGUF quantisations in file names; the same list as in the grammar of `#Q4_K_M`. */
const QUANTISATION = /(?:^|[-._/])((?:UD-)?(?:F16|F32|F64|BF16|MXFP4(?:_MOE)?|NVFP4|TQ[12]_0|I?Q[1-8](?:_[0-9A-Z]{1,3}){1,3}))$/i;

/** llama.cpp's preference where several are there: these, then the first by name. */
const PREFERRED = ['Q4_K_M', 'Q8_0'];

/** The quantisation that a GGUF file's name tells, in upper case. */
export function quantisationOf(path: string): string | undefined {
  if (!/\.gguf$/i.test(path)) return undefined;
  const stem = splitSetOf(path)?.stem ?? path.replace(/\.gguf$/i, '');
  return QUANTISATION.exec(stem)?.[1]?.toUpperCase();
}

/** What a GGUF file's name tells without its folder, quantisation and shard number: equal for all quantisations of one model. */
export function withoutQuantisation(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = splitSetOf(name)?.stem ?? name.replace(/\.gguf$/i, '');
  return stem.replace(QUANTISATION, '').toLowerCase();
}

/** Whether text as a whole has the shape of a quantisation. */
export function isQuantisation(text: string): boolean {
  return QUANTISATION.exec(text)?.[1]?.length === text.length;
}

/** Whether a file is of a quantisation. */
export function hasQuantisation(path: string, wanted: string): boolean {
  return quantisationOf(path) === wanted.toUpperCase();
}

/** The one of several that is taken when none is named. */
export function preferredQuantisation(paths: readonly string[]): string | undefined {
  const found = [...new Set(paths.flatMap((path) => quantisationOf(path) ?? []))].sort();
  return PREFERRED.find((name) => found.includes(name)) ?? found[0];
}
