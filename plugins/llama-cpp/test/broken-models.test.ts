import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isIlabError } from '@ilab/plugin-api';
import { descendants } from '@ilab/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE, DEMO, NO_ENGINE, realEngine } from './real.ts';

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
