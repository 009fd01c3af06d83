import { readFileSync } from 'node:fs';

/** A name that a registry lists, with the one verdict on it. */
export type HostileName = { readonly why: string; readonly name: string } & ({ readonly refused: true } | { readonly entry: string; readonly refused?: never });

/** Files of one revision whose names collide on some disk: refused together, or each with its entry. */
export type HostileSnapshot = { readonly why: string } & (
  | { readonly refused: readonly string[]; readonly files?: never }
  | { readonly files: readonly (readonly [path: string, entry: string])[] }
);

/** `hostile/names.json`: names as a hostile registry may list them. */
export const { names, snapshots } = JSON.parse(readFileSync(new URL('../hostile/names.json', import.meta.url), 'utf8')) as {
  readonly names: readonly HostileName[];
  readonly snapshots: readonly HostileSnapshot[];
};

/** `hostile/digests.json`: text where a digest should be. */
export const digests = JSON.parse(readFileSync(new URL('../hostile/digests.json', import.meta.url), 'utf8')) as readonly string[];
