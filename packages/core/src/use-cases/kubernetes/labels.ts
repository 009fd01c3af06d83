import { IlabError } from '../../errors/ilab-error.ts';

const LONGEST = 63;
/** RFC 1035: names of services, and of what KServe makes services of, begin with a letter. */
const NAME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
/** RFC 1123: a namespace may begin with a digit. */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** @throws IlabError E_USAGE for what can't be the name of a service */
export function checkName(name: string): string {
  if (name.length <= LONGEST && NAME.test(name)) return name;
  throw new IlabError('E_USAGE', `“${name}” can’t be a name in a cluster.`, {
    hint: `Use --name with at most ${LONGEST} small letters, digits and hyphens, first a letter and last no hyphen.`,
  });
}

/** @throws IlabError E_USAGE for what can't be a namespace */
export function checkNamespace(namespace: string): string {
  if (namespace.length <= LONGEST && NAMESPACE.test(namespace)) return namespace;
  throw new IlabError('E_USAGE', `“${namespace}” can’t be a namespace.`, {
    hint: `A namespace has at most ${LONGEST} small letters, digits and hyphens, and no hyphen first or last.`,
  });
}

/** The last part of a repository as a name: `Granite_3.1` becomes `granite-3-1`. @throws IlabError E_USAGE where nothing fit is left */
export function nameOf(repository: string): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  const words = last
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return checkName(words.join('-'));
}
