import { join } from 'node:path';
import { IlabError } from '@ilab/core';
import { STORE } from '../layout.ts';
import { isAnyLeased } from '../lease.ts';

/** @throws IlabError E_IN_USE when a living process uses a model of the store or brings one in, or nobody can tell */
export function refuseInUse(root: string): void {
  if (!isAnyLeased(join(root, STORE, 'leases'))) return;
  throw new IlabError('E_IN_USE', `The store at ${root} is in use.`, {
    hint: 'Wait until downloads and engines that use it have ended, and run it again.',
  });
}
