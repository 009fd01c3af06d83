import { readdirSync } from 'node:fs';
import { type Holder, IlabError, type Lease, type StageOptions } from '@ilab/core';
import { isMissing } from './fs-errors.ts';
import type { HeldLock } from './locks/locks.ts';
import { locksAreTrusted } from './locks/locks-are-trusted.ts';
import { locksIn } from './locks/locks-in.ts';
import { hasNoLocks } from './locks/sqlite-locks.ts';
import { waitForLock } from './locks/wait-for-lock.ts';
import { isOwner, newOwner } from './process-identity.ts';

/** What a lease is for, as messages say it. */
export interface LeaseOptions extends Pick<StageOptions, 'signal'> {
  readonly purpose?: string;
}

/**
 * Says that a snapshot is in use: a locked file, which the kernel lets go of when its holder dies. It waits for a removal that is
 * under way.
 */
export async function takeLease(directory: string, prefix: string, { purpose = 'download', signal }: LeaseOptions = {}): Promise<Lease> {
  const gate = await gateOrNothing(directory, { prefix, purpose, signal });
  if (!gate) return { end: async () => undefined };
  try {
    const lock = locksIn(directory).take(`${prefix}.${newOwner()}`, purpose);
    if (!lock) throw new IlabError('E_IN_USE', `The leases in ${directory} can’t be reached.`, { hint: 'Try again.', retryable: true });
    return { end: async () => lock.release() };
  } finally {
    gate.release();
  }
}

/** Where the file system has no locks nobody gets at the gate, so nobody removes, and no lease is needed. */
async function gateOrNothing(
  directory: string,
  { prefix, ...options }: LeaseOptions & { readonly prefix: string; readonly purpose: string },
): Promise<HeldLock | undefined> {
  try {
    return await waitForLock(locksIn(directory), gateOf(prefix), options);
  } catch (error) {
    if (hasNoLocks(error)) return undefined;
    throw error;
  }
}

/** Keeps leases from being taken, for whoever removes. @returns undefined when another one removes at this moment */
export function closeLeases(directory: string, prefix: string): HeldLock | undefined {
  return locksIn(directory).take(gateOf(prefix), 'remove');
}

/** Whether a living holder has a lease. Where locks can't be trusted nobody can tell, and everything counts as leased. */
export function isLeased(directory: string, prefix: string): boolean {
  return !locksAreTrusted(directory) || leases(directory, prefix).length > 0;
}

/** Whether a living holder has a lease on any snapshot, as {@link isLeased} says it of one. */
export function isAnyLeased(directory: string): boolean {
  return !locksAreTrusted(directory) || leases(directory).length > 0;
}

/** Who has leases, as far as they said. */
export function leaseHolders(directory: string, prefix: string): readonly Holder[] {
  const locks = locksIn(directory);
  return leases(directory, prefix)
    .map((name) => locks.holder(name))
    .filter((holder) => holder !== undefined);
}

function leases(directory: string, prefix?: string): readonly string[] {
  const locks = locksIn(directory);
  try {
    return readdirSync(directory).filter((entry) => {
      const dot = entry.indexOf('.');
      return (prefix === undefined || entry.slice(0, dot) === prefix) && isOwner(entry.slice(dot + 1)) && locks.isHeld(entry);
    });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function gateOf(prefix: string): string {
  return `${prefix}.gate`;
}
