import { type Artifact, attach, BUNDLE_TYPE, type Hub, packModel, referrerOf, snapshotOf, startHub } from '@ilab/hub';
import type { RegistrySettings } from '@ilab/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { ociReference, testContext } from './context.ts';
import { quiet } from './upload-scene.ts';

const NOBODY = '127.0.0.1:1';
const signed = packModel(snapshotOf({ 'config.json': '{}', 'model.gguf': 'GGUF' }));
const hubs: Hub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});

async function hub(...signatures: readonly string[]): Promise<Hub> {
  const attached: Record<string, Artifact> = attach(
    'acme/signed',
    signed,
    signatures.map((content) => referrerOf(signed, content)),
  );
  const started = await startHub({ models: [], artifacts: { 'acme/signed:v1': signed, ...attached } });
  hubs.push(started);
  return started;
}

/** What is found beside a model of `host`, which has these mirrors. */
async function attachmentsOf(host: string, mirrors: readonly string[]): Promise<readonly string[]> {
  const registries: Record<string, RegistrySettings> = { [host]: { mirrors } };
  const registry = createOciRegistry(testContext({ registries }));
  const { revision, source, repository } = await registry.resolve(ociReference(host, { repository: 'acme/signed', version: 'v1' }), {});
  const found = registry.attachments?.({ source, host, repository, revision }, { mediaTypes: [BUNDLE_TYPE] }) ?? [];
  return (await Array.fromAsync(found)).map(({ content }) => Buffer.from(content).toString());
}

describe('what is kept beside a model with mirrors', () => {
  it('is what the registry itself has where a mirror was made without, and what both have', async () => {
    const [bare, full, itself] = [await hub(), await hub('of the mirror'), await hub('its own')];
    expect(await attachmentsOf(itself.host, [bare.host])).toEqual(['its own']);
    expect(await attachmentsOf(itself.host, [full.host])).toEqual(['of the mirror', 'its own']);
  });

  it('is what a mirror has where the registry is not there', async () => {
    const mirror = await hub('of the mirror');
    expect(await attachmentsOf(NOBODY, [mirror.host])).toEqual(['of the mirror']);
  });

  it('is not taken for nothing where nobody can be asked', async () => {
    const itself = await hub('its own');
    const registry = createOciRegistry(testContext({ registries: { [itself.host]: { mirrors: [NOBODY] } } }));
    const { revision, source, repository } = await registry.resolve(ociReference(itself.host, { repository: 'acme/signed', version: 'v1' }), {});
    await itself.close();
    hubs.splice(0);
    const found = registry.attachments?.({ source, host: itself.host, repository, revision }, { mediaTypes: [BUNDLE_TYPE] });
    await expect(Array.fromAsync(found ?? [])).rejects.toMatchObject({ code: 'E_NETWORK' });
  });
});

describe('a copy of a model with mirrors', () => {
  it('is read from the first place that has it, and written where it is to be', async () => {
    const [empty, mirror, destination] = [await startHub({ models: [] }), await hub('of the mirror'), await startHub({ models: [] })];
    hubs.push(empty, destination);
    const registry = createOciRegistry(testContext({ registries: { [NOBODY]: { mirrors: [empty.host, mirror.host] } } }));
    const { revision, source, repository } = await registry.resolve(ociReference(NOBODY, { repository: 'acme/signed', version: 'v1' }), {});
    const to = ociReference(destination.host, { repository: 'acme/copy', version: 'v1' });
    const copied = await registry.copy?.({ source: { source, host: NOBODY, repository, revision }, destination: to, referrers: true }, { progress: quiet });
    expect(copied).toMatchObject({ revision, changed: true, referrers: 1 });
    expect((await registry.resolve(to, {})).revision).toBe(revision);
    expect(mirror.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('takes along what is attached to it elsewhere, where the mirror was made without', async () => {
    const [bare, itself, destination] = [await hub(), await hub('its own'), await startHub({ models: [] })];
    hubs.push(destination);
    const registry = createOciRegistry(testContext({ registries: { [itself.host]: { mirrors: [bare.host] } } }));
    const { revision, source, repository } = await registry.resolve(ociReference(itself.host, { repository: 'acme/signed', version: 'v1' }), {});
    const to = ociReference(destination.host, { repository: 'acme/copy', version: 'v1' });
    const copied = await registry.copy?.(
      { source: { source, host: itself.host, repository, revision }, destination: to, referrers: true },
      { progress: quiet },
    );
    expect(copied).toMatchObject({ revision, referrers: 1 });
    const found = registry.attachments?.({ source, host: destination.host, repository: 'acme/copy', revision }, { mediaTypes: [BUNDLE_TYPE] }) ?? [];
    expect((await Array.fromAsync(found)).map(({ content }) => Buffer.from(content).toString())).toEqual(['its own']);
  });
});
