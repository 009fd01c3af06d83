import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isIlabError } from '@ilab/plugin-api';
import { descendants } from '@ilab/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE, DEMO, NO_ENGINE, realEngine } from './real.ts';
import { largeLlama } from './tiny-llama.ts';

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-broken-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SPOILT: Readonly<Record<string, (whole: Buffer) => Buffer>> = {
  'half of it': (whole) => whole.subarray(0, whole.length / 2),
  'without its last bytes': (whole) => whole.subarray(0, -64),
  'its header only': (whole) => whole.subarray(0, 4096),
  garbage: () => randomBytes(100_000),
  'an empty file': () => Buffer.alloc(0),
  'with a changed bit in its counts': (whole) => {
    const copy = Buffer.from(whole);
    copy[15] = (copy[15] ?? 0) ^ 0x40;
    return copy;
  },
};

describe.skipIf(NO_ENGINE)(`a model that is (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  it.each(Object.entries(SPOILT))('%s ends with E_NOT_A_MODEL, in words of ours', async (_what, spoil) => {
    const path = join(folder, 'model.gguf');
    await writeFile(path, spoil(await readFile(BASE)));
    await expect(startWith({ path })).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', message: expect.stringMatching(/^llama\.cpp can’t read it: \S/) });
  });

  it('not there ends with an error of ours', async () => {
    await expect(startWith({ path: join(folder, 'none.gguf') })).rejects.toSatisfy(isIlabError);
  });

  it('sound, with a context that no memory holds, ends with E_NO_MEMORY', async () => {
    await expect(realEngine().start({ ...DEMO, contextLength: 20_000_000 }, {})).rejects.toMatchObject({
      code: 'E_NO_MEMORY',
      hint: expect.stringContaining('--context'),
    });
  });

  it.skipIf(process.platform !== 'linux')('sound, and killed by the system as one that takes too much, ends with E_NO_MEMORY', async () => {
    const before = await descendants();
    const starting = realEngine().start(DEMO, {});
    const refused = expect(starting).rejects.toMatchObject({ code: 'E_NO_MEMORY', message: expect.stringContaining('whose memory runs out') });
    const started = [...(await descendants())].filter((pid) => !before.has(pid));
    expect(started).toHaveLength(1);
    for (const pid of started) process.kill(pid, 'SIGKILL');
    await refused;
  });

  it.skipIf(process.platform !== 'linux')('larger than what the process may have ends with E_NO_MEMORY, and what the system said', async () => {
    const path = join(folder, 'large.gguf');
    const { header, size } = largeLlama();
    await writeFile(path, header);
    // A hole for its weights takes no place on the disk.
    await truncate(path, size);
    const node = [process.execPath, '--conditions=@ilab/source', fileURLToPath(new URL('start-limited.ts', import.meta.url)), path];
    const { stdout } = await run('sh', ['-c', `ulimit -v 40000000; exec "$@"`, 'sh', ...node]);
    expect(JSON.parse(stdout)).toEqual({
      code: 'E_NO_MEMORY',
      message: 'There is not enough memory: error loading model: mmap failed: Cannot allocate memory',
      hint: expect.stringContaining('smaller quantisation'),
    });
  });

  it('sound, with an adapter that is none, ends with E_NOT_A_MODEL', async () => {
    const path = join(folder, 'lora.gguf');
    await writeFile(path, randomBytes(1000));
    await expect(startWith({ adapters: [{ names: ['lora'], path, files: [] }] })).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
  });
});

async function startWith(model: Partial<typeof DEMO.model>): Promise<void> {
  const session = await realEngine().start({ ...DEMO, model: { ...DEMO.model, adapters: [], ...model } }, {});
  await session.end();
}
