import type { StoredRepository } from '../model/stored.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { looksLikePath } from '../reference/path-reference.ts';
import { readInventory } from './inventory.ts';
import { distance, farness } from './nearest.ts';
import { trackedModel } from './tracked.ts';

export interface NearestDeps {
  readonly cache: Pick<Cache, 'listing'>;
  readonly grammar: ReferenceGrammar;
  readonly aliases: Readonly<Record<string, string>>;
}

/** More would be a list, which another command prints. */
const MOST = 3;

/** A word that something here is called by, and the name to write for it. */
interface Known {
  readonly word: string;
  /** What it is a word for; it is named once. */
  readonly of: unknown;
  /** Of a file in it, which is only meant where no name of a model is as near. */
  readonly isFile?: true;
  readonly name: () => string | undefined;
}

/** Names of what is here that are written nearly as a value that nothing is called by; the most alike first. */
export async function nearestNames({ cache, grammar, aliases }: NearestDeps, value: string, options: CallOptions): Promise<readonly string[]> {
  const { word, version } = wordOf(value, grammar);
  const { repositories, unmanaged } = await readInventory(cache.listing(options));
  const known: readonly Known[] = [
    ...Object.keys(aliases).map((alias) => ({ word: alias, of: alias, name: () => alias })),
    ...repositories.flatMap((repository) => knownBy(repository, { version, grammar })),
    ...unmanaged.map((model) => ({ word: model.name, of: model, name: () => model.name })),
  ];
  const near = known.flatMap((one) => {
    const far = farness(lastPart(word), lastPart(one.word));
    return far === undefined ? [] : [{ one, far, whole: distance(word, one.word) }];
  });
  near.sort(
    (a, b) => Number(a.one.isFile ?? false) - Number(b.one.isFile ?? false) || a.far - b.far || a.whole - b.whole || (a.one.word < b.one.word ? -1 : 1),
  );
  const names = new Map<unknown, string>();
  for (const { one } of near) {
    const name = names.has(one.of) ? undefined : one.name();
    if (name !== undefined && name !== value) names.set(one.of, name);
    if (names.size === MOST) break;
  }
  return [...names.values()];
}

function wordOf(value: string, grammar: ReferenceGrammar): { readonly word: string; readonly version: string | undefined } {
  if (looksLikePath(value)) return { word: value.replaceAll('\\', '/'), version: undefined };
  const reference = parseReference(value, grammar);
  return reference.kind === 'path' ? { word: reference.path, version: undefined } : { word: reference.repository, version: reference.version };
}

/** By its name, in the version that is most like the one that was meant, and by its GGUF files' names. */
function knownBy(
  repository: StoredRepository,
  { version, grammar }: { readonly version: string | undefined; readonly grammar: ReferenceGrammar },
): readonly Known[] {
  const like =
    version === undefined
      ? undefined
      : nearestVersion(
          version,
          repository.versions.map((record) => record.name),
        );
  const name = (selector?: string) => () => {
    const wanted = { ...(like !== undefined && { version: like }), ...(selector !== undefined && { selector }) };
    return trackedModel({ kind: 'repository', repository, wanted }, grammar)?.reference;
  };
  const files = new Set(repository.snapshots.flatMap(({ files }) => files.map(({ path }) => path).filter((path) => path.endsWith('.gguf'))));
  return [
    { word: repository.id.repository, of: repository, name: name() },
    ...[...files].map((file) => ({ word: file, of: repository, isFile: true as const, name: name(file) })),
  ];
}

/** The version that is most like another, where one is; of several, the one that begins like it longest. */
export function nearestVersion(version: string, names: readonly string[]): string | undefined {
  const [near] = names
    .map((name) => ({ name, far: distance(version, name), shared: beginning(version, name) }))
    .sort((a, b) => a.far - b.far || b.shared - a.shared || (a.name < b.name ? -1 : 1));
  return near && near.far <= Math.max(1, Math.floor(version.length / 2)) ? near.name : undefined;
}

/** How many letters two words have in common before they part. */
function beginning(a: string, b: string): number {
  const parting = [...a].findIndex((letter, at) => letter !== b[at]);
  return parting === -1 ? a.length : parting;
}

function lastPart(word: string): string {
  return word
    .slice(word.lastIndexOf('/') + 1)
    .replace(/\.gguf$/i, '')
    .toLowerCase();
}
