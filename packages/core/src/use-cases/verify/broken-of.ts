import type { RemoteReference, ShortReference } from '../../model/reference.ts';
import type { BrokenItem } from '../../model/stored.ts';

/** A snapshot or what belongs to version names, below its repository. */
const BELOW = /^(.+?)\/(?:@[^/]+|\.versions(?:\/.*)?)$/;

/** What is broken of the repository that a reference names. */
export function brokenOf({ kind, repository, ...named }: RemoteReference | ShortReference, broken: readonly BrokenItem[]): readonly BrokenItem[] {
  const host = kind === 'remote' && 'host' in named ? named.host : undefined;
  return broken.filter(({ name }) => {
    const path = BELOW.exec(decoded(name))?.[1];
    return host === undefined ? path?.endsWith(`/${repository}`) : path === `${host}/${repository}`;
  });
}

/** As it is written in references; what could not be written so is no name of ours. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
