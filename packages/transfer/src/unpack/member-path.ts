import { IlabError, isFilePath } from '@ilab/core';

/**
 * A member's path below the prefix, as it may go into a snapshot.
 * @returns undefined when it is not below the prefix
 * @throws IlabError E_REGISTRY when it would lead out, or can't be a path
 */
export function memberPath(name: string, prefix: string): string | undefined {
  const path = fromRoot(name);
  // U+FFFD stands for bytes that are no UTF-8, and so for different names.
  const hostile = path.startsWith('/') || /[\\\p{Cc}\uFFFD]/u.test(path) || path.split('/').includes('..');
  if (hostile) throw leadsOut(name);
  if (!path.startsWith(prefix)) return undefined;
  const below = path.slice(prefix.length).replace(/\/$/, '');
  if (below === '' || below.split('/').some((part) => part === '' || part === '.')) return undefined;
  if (!isFilePath(below)) throw leadsOut(name);
  return below;
}

/** A member's name without the `./` that `tar -C folder .` puts before it. */
export function fromRoot(name: string): string {
  return name.replace(/^(?:\.\/)+/, '');
}

/**
 * The path that a whiteout takes away (OCI image spec, layer.md “Whiteouts”).
 * @throws IlabError E_REGISTRY when that is none below the prefix
 */
export function whiteoutOf(path: string): { readonly path: string; readonly opaque: boolean } | undefined {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  if (name === '.wh..wh..opq') return { path: path.slice(0, Math.max(0, slash - 1)), opaque: true };
  if (!name.startsWith('.wh.')) return undefined;
  const gone = name.slice(4);
  if (gone === '' || gone === '.' || gone === '..') throw leadsOut(path);
  return { path: path.slice(0, slash) + gone, opaque: false };
}

function leadsOut(name: string): IlabError {
  return new IlabError('E_REGISTRY', `An archive holds a path that leads out of it or can’t be one: “${name.slice(0, 200)}”.`, { side: 'source' });
}
