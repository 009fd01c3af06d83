import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contents, snapshotOf, startHub } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { createIlab, type Ilab } from '../../src/index.ts';
import { endOf, FILES, KEYS, REQUIRE, signed } from './signed-world.ts';

const REFERENCE = 'acme/model:v1';
const COMMIT = 'c'.repeat(40);

interface Changing extends AsyncDisposable {
  /** The library under policies, with a Hub that has these files in the one commit that it ever has. */
  ask(files: Contents, signatures: readonly object[]): Promise<Ilab>;
}

/** A Hub that says something else of one commit from time to time: nothing but its word binds files to a commit. */
async function changingHub(): Promise<Changing> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-changing-'));
  await writeFile(join(home, 'trusted.pem'), KEYS.trusted.publicPem);
  const opened: { close(): Promise<void> }[] = [];
  return {
    async ask(files, signatures) {
      const hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', { ...snapshotOf(files), commit: COMMIT }]]) }] });
      const config = join(home, 'config.yaml');
      await writeFile(config, JSON.stringify({ version: '2.0.0', models: { signatures } }));
      const ilab = await createIlab({ home, cwd: home, env: { HF_ENDPOINT: hub.url, ILAB_CONFIG: config } });
      opened.unshift(ilab, hub);
      return ilab;
    },
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

describe('what stands here already', () => {
  it('is held against the signature by its own bytes, whatever the Hub says of them today', async () => {
    await using hub = await changingHub();
    const evil = { ...FILES, 'sub/model.safetensors': 'weighty' };
    await (await hub.ask(evil, [])).models.download({ reference: REFERENCE });
    const strict = await hub.ask(signed(), [REQUIRE]);
    expect(await endOf(strict, REFERENCE)).toMatchObject({ code: 'E_INTEGRITY', message: expect.stringContaining('sub/model.safetensors') });
    await expect(strict.models.resolve({ reference: REFERENCE, pull: 'never' })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
    expect(await strict.models.download({ reference: REFERENCE, force: true })).toMatchObject({ files: expect.arrayContaining(['model.sig']) });
  });

  it('is let in where it is what was signed, and nothing is fetched again', async () => {
    await using hub = await changingHub();
    await (await hub.ask(signed(), [])).models.download({ reference: REFERENCE });
    expect(await (await hub.ask(signed(), [REQUIRE])).models.download({ reference: REFERENCE })).toMatchObject({ fetched: 0 });
  });

  it('is asked about again where files came while nobody asked', async () => {
    await using hub = await changingHub();
    await (await hub.ask(signed(), [REQUIRE])).models.download({ reference: REFERENCE });
    const more = { ...signed(), 'modeling.py': 'import os' };
    await (await hub.ask(more, [])).models.download({ reference: REFERENCE, include: ['*.py'] });
    const strict = await hub.ask(more, [REQUIRE]);
    await expect(strict.models.resolve({ reference: REFERENCE, pull: 'never' })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
    expect((await endOf(strict, REFERENCE)).code).toBe('E_INTEGRITY');
  });
});

describe('policies hold', () => {
  it.each(['hf.co/acme/*', 'WWW.HuggingFace.co/acme/*', 'huggingface.co:443/acme/*'])('however their host is written: %s', async (match) => {
    await using hub = await changingHub();
    expect((await endOf(await hub.ask(FILES, [{ ...REQUIRE, match }]), REFERENCE)).code).toBe('E_UNTRUSTED');
  });
});
