import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Who holds something on disk: machine (or container), boot, process and its start, so that a number that was given to another process, or a
 * machine that was started again, is not taken for the holder. Safe as part of a file name.
 */
export type Owner = string;

/** Process numbers mean something only within a namespace of them (pid_namespaces(7)). */
const machine = shortHash(`${hostname()} ${linkOr('/proc/self/ns/pid', '')}`.trim());
const boot = shortHash(readOr('/proc/sys/kernel/random/boot_id', 'unknown'));
const OWNER = /^([0-9a-f]{8})-([0-9a-f]{8})-(\d{1,10})-(\d{1,20})-([0-9a-f]{8})$/;

/** A new name for this process as a holder. */
export function newOwner(): Owner {
  return `${machine}-${boot}-${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString('hex')}`;
}

/** A name for what nobody holds any more. */
export function ownerOfNone(): Owner {
  return `${machine}-${boot}-0-0-${randomBytes(4).toString('hex')}`;
}

export function isOwner(text: string): boolean {
  return OWNER.test(text);
}

/** Whether a holder still runs. One of another machine can't be asked and counts as running. */
export function isRunning(owner: Owner): boolean {
  const match = OWNER.exec(owner);
  if (!match) return false;
  const [, itsMachine, itsBoot, pid, start] = match;
  if (pid === '0') return false;
  if (itsMachine !== machine) return true;
  if (itsBoot !== boot) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const now = startOf(Number(pid));
  return now === '0' || start === '0' || now === start;
}

/** Whether a holder is of another machine or container, so that its process can't be looked for. */
export function isElsewhere(owner: Owner): boolean {
  return OWNER.exec(owner)?.[1] !== machine;
}

/** When a process started, in the kernel's ticks; `0` where the system doesn't say (proc_pid_stat(5), field 22). */
function startOf(pid: number): string {
  const stat = readOr(`/proc/${pid}/stat`, '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function linkOr(path: string, otherwise: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return otherwise;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
