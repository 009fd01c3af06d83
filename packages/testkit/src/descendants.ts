import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Processes that this one started, and those that they started; none where the system has no `/proc`. */
export async function descendants(): Promise<ReadonlySet<number>> {
  const parents = new Map(pids().flatMap((pid) => [[pid, parentOf(pid)] as const]));
  const found = new Set<number>([process.pid]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [child, parent] of parents) if (parent !== undefined && found.has(parent)) found.add(child);
  }
  found.delete(process.pid);
  return found;
}

/** Waits for processes to be gone, though no longer than they may take, in milliseconds. @returns those that are left */
export async function leftOver(processes: Iterable<number>, grace: number): Promise<readonly number[]> {
  let left = [...processes].filter(isAlive);
  for (const until = performance.now() + grace; left.length > 0 && performance.now() < until; left = left.filter(isAlive)) await sleep(50);
  return left;
}

function pids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** @returns undefined for what is gone, or dead and only not asked about yet */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets, and may have anything in it.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined;
}
