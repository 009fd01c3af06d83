import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { StoredRepository, UnmanagedModel } from '../model/stored.ts';
import { type ReferenceGrammar, sourceNamed } from '../reference/grammar.ts';
import type { Inventory } from './inventory.ts';
import { isBare, type Wanted, wantedOf } from './wanted.ts';

/** Something here that a reference may mean. */
export type Candidate =
  | { readonly kind: 'repository'; readonly repository: StoredRepository; readonly wanted: Wanted }
  | { readonly kind: 'unmanaged'; readonly model: UnmanagedModel };

/** How the candidates were found: `exact` names leave room for a download, a `suffix` never does. */
export interface Candidates {
  readonly by: 'exact' | 'suffix';
  readonly found: readonly Candidate[];
}

/**
 * What is here under a name, by the first way that finds something: the exact name, the path form, a trailing part of the
 * repository, a GGUF file's name with or without its ending.
 */
export function findCandidates(reference: RemoteReference | ShortReference, inventory: Inventory, grammar: ReferenceGrammar): Candidates {
  const exact = reference.kind === 'remote' ? exactly(reference, { inventory, grammar }) : [];
  if (exact.length > 0) return { by: 'exact', found: exact };
  if (!isBare(reference)) return { by: 'exact', found: [] };
  const ends = (name: string) => name === reference.repository || name.endsWith(`/${reference.repository}`);
  const repositories = inventory.repositories.filter(({ id }) => ends(id.repository));
  const unmanaged = reference.version === undefined ? inventory.unmanaged.filter(({ name }) => ends(name) || ends(name.replace(/\.gguf$/, ''))) : [];
  const found: readonly Candidate[] = [
    ...repositories.map((repository) => ({ kind: 'repository' as const, repository, wanted: wantedOf(reference, sourceNamed(repository.id.source, grammar)) })),
    ...unmanaged.map((model) => ({ kind: 'unmanaged' as const, model })),
  ];
  return { by: 'suffix', found: found.length > 0 || reference.version !== undefined ? found : byFileName(reference.repository, inventory) };
}

/**
 * What its own source brought; else what the source of unclaimed hosts did: a plugin may have come since that claims the host, and models are where they
 * were. What any other source brought under a host's name is never that host's.
 */
function exactly(
  reference: RemoteReference,
  { inventory, grammar }: { readonly inventory: Inventory; readonly grammar: ReferenceGrammar },
): readonly Candidate[] {
  const atHost = inventory.repositories.filter(({ id }) => id.host === reference.host);
  const own = atHost.filter(({ id }) => id.source === reference.adapter);
  const before = atHost.filter(({ id }) => sourceNamed(id.source, grammar)?.fallback === true);
  const found = namedAt(reference, own);
  return found.length > 0 ? found : namedAt(reference, before);
}

function namedAt(reference: RemoteReference, atHost: readonly StoredRepository[]): readonly Candidate[] {
  const same = atHost.filter(({ id }) => id.repository === reference.repository);
  if (same.length > 0) return same.map((repository) => ({ kind: 'repository', repository, wanted: wantedOf(reference) }));
  if (reference.version !== undefined || reference.digest !== undefined) return [];
  return atHost.flatMap((repository) => inPathForm(reference, repository));
}

/** `host/repository/version[/file]`, as the store's layout shows it. */
function inPathForm(reference: RemoteReference, repository: StoredRepository): readonly Candidate[] {
  const prefix = `${repository.id.repository}/`;
  if (!reference.repository.startsWith(prefix)) return [];
  const rest = reference.repository.slice(prefix.length);
  const record = repository.versions.find(({ name }) => rest === name || rest.startsWith(`${name}/`));
  if (!record) return [];
  const file = rest.slice(record.name.length + 1);
  const selector = file === '' ? reference.selector : file;
  return [{ kind: 'repository', repository, wanted: { version: record.name, ...(selector !== undefined && { selector }) } }];
}

function byFileName(name: string, { repositories }: Inventory): readonly Candidate[] {
  const file = name.endsWith('.gguf') ? name : `${name}.gguf`;
  return repositories.flatMap((repository) => {
    const paths = repository.snapshots.flatMap(({ files }) => files.map(({ path }) => path));
    const selector = paths.find((path) => path === file || path.endsWith(`/${file}`));
    return selector === undefined ? [] : [{ kind: 'repository' as const, repository, wanted: { selector } }];
  });
}
