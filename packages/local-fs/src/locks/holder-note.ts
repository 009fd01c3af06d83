import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Holder, redact } from '@ilab/core';

const LONGEST = 200;

/** Says beside a lock who holds it. Only for messages, so it may fail. */
export function writeNote(path: string, purpose: string): void {
  const holder: Holder = { pid: process.pid, since: new Date().toISOString(), command: ownCommand(), purpose };
  try {
    // A dead one's may be another user's.
    rmSync(path, { force: true });
    writeFileSync(path, JSON.stringify(holder), { mode: 0o644 });
  } catch {
    // A full disk keeps nobody from holding a lock.
  }
}

export function readNote(path: string): Holder | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

/** Up to the first option: those may have secrets as their values. */
function ownCommand(): string {
  const [, script = process.title, ...args] = process.argv;
  const options = args.findIndex((argument) => argument.startsWith('-'));
  return redact([basename(script), ...(options < 0 ? args : args.slice(0, options))].join(' ')).slice(0, LONGEST);
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null || !('pid' in value && 'since' in value && 'command' in value && 'purpose' in value)) return false;
  const texts = [value.since, value.command, value.purpose];
  return Number.isSafeInteger(value.pid) && texts.every((text) => typeof text === 'string' && text.length <= LONGEST);
}
