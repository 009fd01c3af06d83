import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endingOf, sampleFile } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../test/temporary-store.ts';
import { isRunning, newOwner } from './process-identity.ts';
import { locksIn } from './locks/locks-in.ts';
import { noLocks } from './locks/no-locks.ts';
import { type Staging, stageBlob as stageIn } from './staging.ts';

const { digest } = sampleFile('model.gguf');
const entry = digest.replace(':', '-');

/** A holder’s name as a process has it that ran since this machine was started, and does no more. */
function deadOwner(): string {
  const [machine, boot, , , nonce] = newOwner().split('-');
  return [machine, boot, 4_194_305, 1, nonce].join('-');
}

function foreignOwner(): string {
  return `00000000${newOwner().slice(8)}`;
}

/** An ingest directory with parts in it, by who left them. */
function ingestWith(parts: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [owner, content] of Object.entries(parts)) writeFileSync(join(directory, `${entry}.${owner}`), content);
  return directory;
}

const kinds: readonly { readonly kind: string; readonly make: typeof locksIn; readonly kernel: boolean }[] = [
  { kind: 'kernel locks', make: locksIn, kernel: true },
  { kind: 'no locks', make: noLocks, kernel: false },
];

describe.each(kinds)('stageBlob with $kind', ({ make, kernel }) => {
  const locks = new Map<string, Staging['locks']>();
  const stageBlob = (directory: string, ...rest: [typeof digest, object]) => {
    const its = locks.get(directory) ?? make(temporaryDirectory());
    locks.set(directory, its);
    return stageIn({ directory, locks: its }, ...rest);
  };

  it('has locks that are the kernel’s, or not', () => {
    expect(make(temporaryDirectory()).kernel).toBe(kernel);
  });

  it('takes over the largest part that the dead left, with its journal', async () => {
    const dead = deadOwner();
    const directory = ingestWith({ [deadOwner()]: 'pa', [dead]: 'part', [`${dead}.journal`]: 'journal', [deadOwner()]: 'par' });
    const staged = await stageBlob(directory, digest, {});
    expect(readFileSync(staged.path, 'utf8')).toBe('part');
    expect(readFileSync(`${staged.path}.journal`, 'utf8')).toBe('journal');
    expect(existsSync(join(directory, `${entry}.${dead}`))).toBe(false);
    await staged.release();
  });

  it.each([
    ['a living process', () => newOwner().replace(/^(\w+-\w+)-\d+-\d+/, `$1-${process.ppid}-0`)],
    ['another thread or copy of this program in the same process', newOwner],
    ['nobody it can tell', () => 'somebody'],
  ])('leaves alone what belongs to %s', async (_who, owner) => {
    const name = owner();
    const directory = ingestWith({ [name]: 'part' });
    const staged = await stageBlob(directory, digest, {});
    expect(existsSync(staged.path)).toBe(false);
    expect(readFileSync(join(directory, `${entry}.${name}`), 'utf8')).toBe('part');
    await staged.release();
  });

  it(`${kernel ? 'takes over' : 'leaves alone'} what another machine or container has no lock for`, async () => {
    const directory = ingestWith({ [foreignOwner()]: 'part' });
    const staged = await stageBlob(directory, digest, {});
    expect(existsSync(staged.path)).toBe(kernel);
    await staged.release();
  });

  it('leaves what was given up to anybody, also while this process lives', async () => {
    const directory = temporaryDirectory();
    const first = await stageBlob(directory, digest, {});
    writeFileSync(first.path, 'part');
    writeFileSync(`${first.path}.journal`, 'journal');
    await first.release();
    const parts = readdirSync(directory).filter((name) => !name.endsWith('.journal'));
    expect(parts.map((name) => isRunning(name.slice(entry.length + 1)))).toEqual([false]);
    const second = await stageBlob(directory, digest, {});
    expect([readFileSync(second.path, 'utf8'), readFileSync(`${second.path}.journal`, 'utf8')]).toEqual(['part', 'journal']);
    await second.release();
  });

  it('takes nothing of another digest, not even of one that starts the same', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, `${entry}0.${deadOwner()}`), 'part');
    const staged = await stageBlob(directory, digest, {});
    expect(existsSync(staged.path)).toBe(false);
    await staged.release();
  });

  it('makes everyone in this process wait for one another, in whatever store', async () => {
    const directory = temporaryDirectory();
    const order: number[] = [];
    let holders = 0;
    await Promise.all(
      Array.from({ length: 8 }, async (_, number) => {
        const staged = await stageBlob(directory, digest, {});
        expect(++holders, 'holders at once').toBe(1);
        writeFileSync(staged.path, String(number), { flag: 'a' });
        await new Promise(setImmediate);
        order.push(number);
        holders--;
        await staged.release();
      }),
    );
    const staged = await stageBlob(directory, digest, {});
    expect(readFileSync(staged.path, 'utf8')).toBe(order.join(''));
    expect(readdirSync(directory)).toHaveLength(1);
    await staged.release();
  });

  it('does not let go of another’s place when it is given up twice', async () => {
    const directory = temporaryDirectory();
    const first = await stageBlob(directory, digest, {});
    await first.discard();
    const second = await stageBlob(directory, digest, {});
    await first.release();
    const third = new AbortController();
    const waiting = stageBlob(directory, digest, { signal: third.signal });
    expect((await endingOf(waiting, 50)).how).toBe('still running');
    third.abort();
    await expect(waiting).rejects.toThrow();
    await second.release();
  });

  it('holds nothing when the directory can’t be made', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'file'), '');
    for (const _try of [1, 2]) {
      expect(await endingOf(stageBlob(join(root, 'file/ingest'), digest, {}))).toMatchObject({ how: 'threw', error: { code: 'E_STORE' } });
    }
  });
});
