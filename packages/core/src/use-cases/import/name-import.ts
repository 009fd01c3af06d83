import { IlabError } from '../../errors/ilab-error.ts';
import { LOCAL_HOST } from '../../model/local-host.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { ForeignModel } from '../../ports/foreign-models.ts';
import { type ReferenceGrammar, sourceNamed } from '../../reference/grammar.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import { literalReference } from '../../resolver/literal-reference.ts';

/** What an import is called: its repository, and the version names that will point to it. */
export interface ImportName {
  readonly repository: RemoteReference;
  readonly versions: ForeignModel['versions'];
  /** Whether the name was made or given here, and so must not take the place of another model's. */
  readonly own: boolean;
}

const LOCAL_VERSION = 'latest';

/**
 * A model keeps the name that its tool knows it by. One that has none is called after its file or folder, on a host of its own.
 * @throws IlabError E_BAD_REFERENCE when what its tool calls it is no reference
 */
export function nameImport(model: ForeignModel, grammar: ReferenceGrammar): ImportName {
  if (model.repository === undefined) {
    const repository = remote(`oci://${LOCAL_HOST}/${localName(model.name)}`, grammar);
    return { repository, versions: [{ name: LOCAL_VERSION, kind: 'tag' }], own: true };
  }
  const repository = remote(model.repository, grammar);
  return { repository, versions: model.versions.filter(({ name }) => isVersion(repository, name, grammar)), own: false };
}

/**
 * The name that a user gives to an import.
 * @throws IlabError E_BAD_REFERENCE, E_USAGE (a path, a digest, selected files), E_NOT_FOUND (no host)
 */
export function givenName(text: string, options: { readonly grammar: ReferenceGrammar; readonly aliases: Readonly<Record<string, string>> }): ImportName {
  const given = literalReference(text, options);
  if (given.digest !== undefined || given.selector !== undefined)
    throw new IlabError('E_USAGE', `${given.canonical} names ${given.digest === undefined ? 'files' : 'a digest'}, which an import can’t be given.`, {
      hint: 'Name a repository and a version, as quay.io/acme/model:v1.',
    });
  const { adapter, host, repository, version = sourceNamed(adapter, options.grammar)?.defaultVersion ?? LOCAL_VERSION } = given;
  return { repository: remote(`${adapter}://${host}/${repository}`, options.grammar), versions: [{ name: version, kind: 'tag' }], own: true };
}

function remote(text: string, grammar: ReferenceGrammar): RemoteReference {
  const reference = parseReference(text, grammar);
  if (reference.kind === 'remote') return reference;
  throw new IlabError('E_BAD_REFERENCE', `“${text}” is no repository.`);
}

function isVersion(repository: RemoteReference, name: string, grammar: ReferenceGrammar): boolean {
  try {
    return remote(`${repository.adapter}://${repository.host}/${repository.repository}@${name}`, grammar).version === name;
  } catch {
    // OCI has tags after a colon only.
    return isTag(repository, name, grammar);
  }
}

function isTag(repository: RemoteReference, name: string, grammar: ReferenceGrammar): boolean {
  try {
    return remote(`${repository.adapter}://${repository.host}/${repository.repository}:${name}`, grammar).version === name;
  } catch {
    return false;
  }
}

/** Lower case, with single separators, as repositories are: `instructlab/Granite 7B` → `instructlab/granite-7b`. */
function localName(name: string): string {
  const segments = name
    .replace(/\.gguf$/i, '')
    .split('/')
    .map(localSegment)
    .filter((segment) => segment !== '');
  return segments.length === 0 ? 'model' : segments.join('/');
}

function localSegment(segment: string): string {
  return segment
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, (separators) => (/^(?:__|-+)$/.test(separators) ? separators : '-'))
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 100)
    .replace(/[._-]+$/, '');
}
