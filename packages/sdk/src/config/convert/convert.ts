import { isSeq } from 'yaml';
import type { ParsedYaml, Problem } from '../file/parse-yaml.ts';
import { fromUnversioned } from './from-unversioned.ts';
import { fromVersion1 } from './from-1.ts';
import { type ConversionNote, type MovedKey, OldFile } from './old-file.ts';

/** The version that is written. */
export const CURRENT_VERSION = '2.0.0';

/** It becomes part of a file's name, so it is nothing else. */
const VERSION = /^v?(\d{1,3})(?:\.\d{1,6}){0,2}(?:[-+][0-9A-Za-z.-]{1,20})?$/;

/** What a file was, and what converting it to the current version did; nothing where it is current. */
export interface Conversion {
  /** The version as the file says it; `unversioned` where it says none. */
  readonly from: string;
  readonly to: string;
  readonly moved: readonly MovedKey[];
  readonly notes: readonly ConversionNote[];
}

/** One step per version. Each changes the tree and nothing else, and knows only the version before its own. */
const STEPS: readonly { readonly from: number; readonly convert: (file: OldFile) => void }[] = [
  { from: 0, convert: fromUnversioned },
  { from: 1, convert: fromVersion1 },
];

/**
 * Brings a parsed file to the current version, in place. Reading an old file and migrating it both do this, so they mean the same.
 * @returns what was done; undefined where there was nothing to do
 */
export function convert(parsed: ParsedYaml): Conversion | { readonly problem: Problem } | undefined {
  const file = new OldFile(parsed);
  const version = file.node('version');
  const from = version === undefined || version.toJSON() == null ? undefined : String(version.toJSON());
  const major = from === undefined ? impliedMajor(file) : Number(VERSION.exec(from)?.[1] ?? Number.NaN);
  if (Number.isNaN(major) || major > 2) {
    const message = Number.isNaN(major)
      ? `“${from}” is no version of a configuration.`
      : `It is of version ${from}, and this ilab reads up to ${CURRENT_VERSION}.`;
    return { problem: { ...parsed.positionOf(version?.range?.[0] ?? 0), key: 'version', message } };
  }
  if (major === 2) return undefined;
  for (const step of STEPS) if (step.from >= major) step.convert(file);
  return { from: from ?? 'unversioned', to: CURRENT_VERSION, moved: file.moved, notes: file.notes };
}

/** What only older versions have. */
const OLD_KEYS = [
  'generate.model',
  'generate.teacher.model_path',
  'serve.model_path',
  'serve.host_port',
  'train.model_path',
  'train.ckpt_output_dir',
  'rag.embedding_model.embedding_model_path',
];

/** A file that says no version, by its keys. */
function impliedMajor(file: OldFile): number {
  const flat = file.node('serve.gpu_layers') ?? file.node('serve.max_ctx_size') ?? (file.node('generate.teacher') ? undefined : file.node('generate.model'));
  if (flat) return 0;
  return isSeq(file.node('models')) || OLD_KEYS.some((key) => file.node(key)) ? 1 : 2;
}
