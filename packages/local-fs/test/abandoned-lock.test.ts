import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from './temporary-store.ts';

const CONTENDERS = 8;
const ROUNDS = process.env['ILAB_TEST_FULL'] === '1' ? 200 : 5;
const SCRIPT = fileURLToPath(new URL('./contender.ts', import.meta.url));

interface Contender {
  readonly child: ChildProcess;
  readonly lines: Interface;
  /** The next line that it says. */
  says(): Promise<string>;
}

function start(directory: string, role: 'holder' | 'contender'): Contender {
  const child = spawn(process.execPath, ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning', SCRIPT, directory, role], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const said = lines[Symbol.asyncIterator]();
  return { child, lines, says: async () => String((await said.next()).value) };
}

describe('a lock whose holder was killed', () => {
  it(`goes to one of ${CONTENDERS} at a time, in ${ROUNDS} rounds`, { timeout: 60_000 + ROUNDS * 10_000 }, async () => {
    const directory = temporaryDirectory();
    const contenders = Array.from({ length: CONTENDERS }, () => start(directory, 'contender'));
    for (const contender of contenders) expect(await contender.says()).toBe('ready');
    for (let round = 0; round < ROUNDS; round++) {
      const holder = start(directory, 'holder');
      expect(await holder.says()).toBe('holding');
      for (const { child } of contenders) child.stdin?.write('go\n');
      holder.child.kill('SIGKILL');
      await once(holder.child, 'exit');
      const said = await Promise.all(contenders.map((contender) => contender.says()));
      expect(said, `round ${round}`).toEqual(Array.from({ length: CONTENDERS }, () => '0'));
    }
  });
});
