import { IlabError } from '@ilab/core';
import { locksIn } from './locks/locks-in.ts';
import { untrustedFileSystem } from './locks/locks-are-trusted.ts';

/**
 * What deletes needs to know that nobody uses what it takes away.
 * @throws IlabError E_STORE where nobody can know
 */
export function refuseUnlessLocksWork(leases: string, path: string): void {
  // A host's directory may be a link to another disk, which other machines have, too.
  const fileSystem = untrustedFileSystem(leases) ?? untrustedFileSystem(path);
  if (fileSystem === undefined && locksIn(leases).kernel) return;
  const why = fileSystem === undefined ? 'this Node was built without node:sqlite, which locks files' : `locks on ${fileSystem} can’t be trusted`;
  throw new IlabError('E_STORE', `${path} was not removed: ${why}, so nobody can tell whether it is in use.`, {
    hint: 'Make sure that nothing uses it on any machine, then delete that path yourself: files are all that a model is.',
  });
}
