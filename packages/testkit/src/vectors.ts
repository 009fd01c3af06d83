import { readFileSync } from 'node:fs';

/** In a checkout they lie in the core; a package has a copy. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../../core/' : './', import.meta.url);

/** A name of a file that somebody may put into a repository. */
export interface HostileName {
  readonly name: string;
  /** Whether no file may be called so; absent: it is odd, and taken. */
  readonly refused?: true;
}

/** Names of files, hostile and odd, each with the one verdict on it. What names files has to agree. */
export function hostileNames(): readonly HostileName[] {
  return (JSON.parse(readFileSync(new URL('hostile/names.json', FOLDER), 'utf8')) as { readonly names: readonly HostileName[] }).names;
}

/** The executable cases of what references mean: `references.json` (how they read) or `resolution.json` (what they find), as JSON. */
export function readVectors(name: 'references' | 'resolution'): unknown {
  return JSON.parse(readFileSync(new URL(`vectors/${name}.json`, FOLDER), 'utf8'));
}
