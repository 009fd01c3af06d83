import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contents, type Hub, makeKey, makeSigstore, modelStatement, resourcesOf, signStatement, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../src/index.ts';

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights' };
const [key, stranger, sigstore] = [makeKey(), makeKey(), makeSigstore()];
const WHO = { issuer: 'https://accounts.example', subject: 'release@acme.example' };
const statement = modelStatement(resourcesOf(FILES));

let workspace: Workspace;
let hub: Hub;
beforeEach(async () => {
  const versions = new Map(
    Object.entries({
      signed: with_(signStatement(statement, key)),
      keyless: with_(sigstore.sign(statement, WHO)),
      'by-stranger': with_(signStatement(statement, stranger)),
      'other-bytes': { ...with_(signStatement(statement, key)), 'config.json': '{"a": 1}' },
      'more-files': { ...with_(signStatement(statement, key)), 'modeling.py': 'import os' },
      torn: { ...FILES, 'model.sig': '{"mediaType"' },
      unsigned: FILES,
    }).map(([version, files]) => [version, snapshotOf(files)]),
  );
  hub = await startHub({ models: [{ repository: 'acme/model', versions }] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  await writeFile(join(workspace.home, 'key.pem'), key.publicPem);
  await writeFile(join(workspace.home, 'root.json'), JSON.stringify(sigstore.trustedRoot));
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

function with_(bundle: object): Contents {
  return { ...FILES, 'model.sig': JSON.stringify(bundle) };
}

async function policy(entry: object): Promise<void> {
  const config = join(workspace.home, '.config', 'instructlab', 'config.yaml');
  await import('node:fs/promises').then(({ mkdir }) => mkdir(join(config, '..'), { recursive: true }));
  await writeFile(config, JSON.stringify({ version: '2.0.0', models: { signatures: [{ match: '**', mode: 'require', keys: ['~/key.pem'], ...entry }] } }));
}

const download = (version: string, ...more: readonly string[]) => workspace.ilab(['model', 'download', `${hub.host}/acme/model:${version}`, ...more]);

describe('signatures', () => {
  it('let a model in that is signed, and inspect tells by whom', async () => {
    await policy({});
    expect(await download('signed')).toMatchObject({ code: 0 });
    const reference = `${hub.host}/acme/model:signed`;
    expect((await workspace.ilab(['model', 'inspect', reference])).stdout).toMatch(
      /^Signature +verified, .+: by the key sha256:[0-9a-f]{64} \(the files that are here, by model\.sig\)$/m,
    );
    const { result } = JSON.parse((await workspace.ilab(['model', 'inspect', reference, '--json'])).stdout) as { result: { signature: unknown } };
    expect(result.signature).toMatchObject({ state: 'verified', from: 'model.sig', trusted: true });
    expect(await workspace.ilab(['model', 'path', reference])).toMatchObject({ code: 0 });
    await policy({ keys: [], identities: [WHO], trusted_root: '../../root.json' });
    expect(await workspace.ilab(['model', 'path', reference])).toMatchObject({ code: 5, stderr: expect.stringContaining('ilab model download') });
    expect(await workspace.ilab(['model', 'verify', '--all'])).toMatchObject({ code: 5, stdout: expect.stringContaining('Untrusted') });
    const verified = JSON.parse((await workspace.ilab(['model', 'verify', '--all', '--json'])).stdout) as object;
    expect(verified).toMatchObject({ ok: false, error: { code: 'E_UNTRUSTED' }, result: { untrusted: [{ reference }] } });
  });

  it('let a model in that somebody signed who is known by name', async () => {
    await policy({ keys: [], identities: [WHO], trusted_root: '../../root.json' });
    expect(await download('keyless')).toMatchObject({ code: 0 });
    expect((await workspace.ilab(['model', 'inspect', `${hub.host}/acme/model:keyless`])).stdout).toContain(`by ${WHO.subject}, as ${WHO.issuer} says`);
  });

  it.each([
    ['unsigned', 5, 'E_UNTRUSTED', 'is not signed'],
    ['by-stranger', 5, 'E_UNTRUSTED', 'none of the keys'],
    ['keyless', 5, 'E_UNTRUSTED', 'trusts keys only'],
    ['other-bytes', 6, 'E_INTEGRITY', 'config.json is not what was signed'],
    ['more-files', 6, 'E_INTEGRITY', 'does not sign: modeling.py'],
    ['torn', 6, 'E_INTEGRITY', 'damaged'],
  ])('keep the model “%s” out, with exit code %i, in text and in JSON', async (version, code, name, says) => {
    await policy({});
    expect(await download(version)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(says) });
    const told = await download(version, '--json');
    expect(told.code).toBe(code);
    expect(JSON.parse(told.stdout)).toMatchObject({ ok: false, error: { code: name, message: expect.stringContaining(says), hint: expect.any(String) } });
    expect((await workspace.ilab(['model', 'list', '--json'])).stdout).toContain('"models": []');
  });

  it('are told of where they are not required', async () => {
    await policy({ mode: 'warn' });
    const told = await download('unsigned', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({ ok: true, warnings: [expect.stringContaining('is not signed')] });
    expect(await download('by-stranger')).toMatchObject({ code: 0, stderr: expect.stringMatching(/Warning: .*none of the keys/) });
  });

  it('are not looked at under a policy that makes no sense', async () => {
    await policy({ keys: [] });
    expect(await download('signed')).toMatchObject({ code: 2, stderr: expect.stringContaining('models.signatures.0') });
    await policy({ keys: ['none.pem'] });
    expect(await download('signed')).toMatchObject({ code: 5, stderr: expect.stringContaining('none.pem') });
    expect(await workspace.ilab(['doctor', '--offline'])).toMatchObject({ stdout: expect.stringMatching(/none\.pem/) });
  });

  it('cost nothing where no policy is set', async () => {
    expect(await download('by-stranger')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('sign') });
    expect(hub.requests.filter(({ url }) => url.includes('referrers'))).toEqual([]);
    expect(await readFile(join(workspace.home, 'key.pem'), 'utf8')).toBe(key.publicPem);
  });
});
