import { generateKeyPairSync, sign, createHash } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundledPlugins } from '../../src/plugins/bundled-plugins.ts';
import { createIlab, type Ilab, type PluginPackage } from '../../src/index.ts';
import { endOf, FILES, signed, signedWorld, type SignedWorld } from '../signatures/signed-world.ts';
import { NAME, saying, writeVerifier } from './hostile-verifier.ts';

const HOSTILE = { match: '**', mode: 'require', verifiers: [{ verifier: 'hostile', signers: ['ann'] }] };
/** What `npm create ilab-plugin` writes. */
const SHELF: PluginPackage = {
  name: 'ilab-plugin-shelf',
  version: '1.0.0',
  root: fileURLToPath(new URL('../../../create-ilab-plugin/templates/verifier', import.meta.url)),
  manifest: { apiVersion: 1, verifiers: [{ verifier: 'shelf', entry: './dist/index.js', summary: 'Of the template' }] },
  type: 'link',
};

/** The library of a world, with one plugin more, under other policies. */
async function withPlugin({ home, hub }: SignedWorld, plugin: PluginPackage, signatures: readonly object[]): Promise<Ilab & { readonly warnings: string[] }> {
  const config = join(home, 'with-plugin.yaml');
  await writeFile(config, JSON.stringify({ version: '2.0.0', models: { signatures } }));
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message), info() {}, debug() {} };
  const env = { HF_ENDPOINT: hub.url, ILAB_CONFIG: config };
  return { ...(await createIlab({ home, cwd: home, env, logger, plugins: [...bundledPlugins(), plugin] })), warnings };
}

describe('a model that a plugin’s verifier vouches for', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const hash = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
  const signer = `sha256:${hash(publicKey.export({ type: 'spki', format: 'der' }))}`;
  const payload = Buffer.from(JSON.stringify({ files: Object.fromEntries(Object.entries(FILES).map(([path, text]) => [path, hash(text)])) }));
  const signature = JSON.stringify({ payload: payload.toString('base64'), signature: sign(null, payload, privateKey).toString('base64') });
  const files = { ...FILES, 'model.sig': signature };
  const policy = { match: '**', mode: 'require', verifiers: [{ verifier: 'shelf', signers: [signer], trust: ['shelf.pem'] }] };

  it('is let in, recorded with who vouched, and used as long as the policy says so', async () => {
    await using world = await signedWorld({ files });
    await writeFile(join(world.home, 'shelf.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    const ilab = await withPlugin(world, SHELF, [policy]);
    const { path } = await ilab.models.download({ reference: world.reference });
    const inspected = await ilab.models.inspect({ reference: world.reference });
    expect(inspected.signature).toMatchObject({ state: 'verified', trusted: true, covers: 'files', signer: { vouched: [{ verifier: 'shelf', signer }] } });
    expect((await ilab.models.resolve({ reference: world.reference })).path).toBe(path);
    await ilab.close();
    // Neither is it enough for a policy that names a key as well, nor without the plugin.
    for (const [plugin, other] of [
      [SHELF, { ...policy, keys: ['trusted.pem'] }],
      [{ ...SHELF, manifest: { apiVersion: 1 } }, policy],
      [SHELF, { ...policy, verifiers: [{ ...policy.verifiers[0], signers: ['sha256:other'] }] }],
    ] as const) {
      await using strict = await withPlugin(world, plugin, [other]);
      await expect(strict.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
      // By a key it is no signature at all.
      expect((await endOf(strict, world.reference)).code).toBe('keys' in other ? 'E_INTEGRITY' : 'E_UNTRUSTED');
    }
  });
});

describe('under a policy that requires what a broken verifier says', () => {
  it.each([
    ['a crash', 'process.exit(1);', 'E_PLUGIN_BROKEN'],
    ['a wrong answer', 'return "verified";', 'E_PLUGIN_BROKEN'],
    ['a signer of its own', saying('signer: "eve", covers: "files"'), 'E_PLUGIN_BROKEN'],
    ['a rejection', 'return { state: "rejected", code: "E_INTEGRITY", reason: "It is damaged." };', 'E_INTEGRITY'],
    ['no word', 'return { state: "unsigned" };', 'E_UNTRUSTED'],
  ])('nothing has a name after %s', async (_what, verify, code) => {
    await using written = await writeVerifier({ verify });
    await using world = await signedWorld({ files: signed() });
    await using ilab = await withPlugin(world, written.plugin, [HOSTILE]);
    const end = await endOf(ilab, world.reference);
    expect(end.code).toBe(code);
    expect(end.message).toContain(code === 'E_PLUGIN_BROKEN' ? NAME : code === 'E_INTEGRITY' ? 'It is damaged.' : 'not signed');
    await expect(ilab.models.resolve({ reference: world.reference, pull: 'never' })).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    expect((await ilab.models.list()).models.filter((model) => model.version !== undefined)).toEqual([]);
  });

  it('a policy that only warns warns of it', async () => {
    await using written = await writeVerifier({ verify: 'process.exit(1);' });
    await using world = await signedWorld({ files: signed() });
    await using ilab = await withPlugin(world, written.plugin, [{ ...HOSTILE, mode: 'warn' }]);
    await ilab.models.download({ reference: world.reference });
    expect(ilab.warnings).toEqual([expect.stringContaining(NAME)]);
  });
});

describe('a verifier that no policy names', () => {
  it('is never loaded', async () => {
    await using written = await writeVerifier({ entry: 'import { writeFileSync } from "node:fs"; writeFileSync("loaded", ""); throw new Error();' });
    await using world = await signedWorld({ files: signed() });
    await using ilab = await withPlugin(world, { ...written.plugin, type: 'link' }, [{ match: '**', mode: 'require', keys: ['trusted.pem'] }]);
    await ilab.models.download({ reference: world.reference });
    await ilab.models.list();
    await expect(access(join(written.plugin.root, 'loaded'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
