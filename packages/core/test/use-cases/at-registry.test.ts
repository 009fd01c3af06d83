import { describe, expect, it } from 'vitest';
import { exportToKubernetes, type KubernetesManifests, type ModelSettings, type Prompt } from '../../src/index.ts';
import { createFakes, download, type Fakes, hold, remoteArchive, remoteSnapshot, sha256 } from '../fakes/index.ts';

const at = { source: 'oci', kind: 'tag', archives: [remoteArchive('layer')] } as const;
const revision = `sha256:${sha256('what the tag means now')}`;

/** A registry with an image of the model under two tags, of which the first is here as it was before. */
async function world(settings: Partial<ModelSettings> = {}): Promise<Fakes> {
  const fakes = createFakes(settings);
  const where = { ...at, host: 'quay.io', repository: 'team/granite' };
  const older = remoteSnapshot({ ...where, archives: [], files: { 'model.gguf': 'GGUF' }, version: 'v1', revision: `sha256:${sha256('before')}` });
  fakes.world.snapshots.set('quay.io/team/granite:v1', older);
  await download(fakes, 'quay.io/team/granite:v1');
  for (const version of ['v1', 'latest']) fakes.world.snapshots.set(`quay.io/team/granite:${version}`, remoteSnapshot({ ...where, version, revision }));
  return fakes;
}

type Said = { readonly entries?: Readonly<Record<string, string>>; readonly answer?: string };

async function exported(fakes: Fakes, reference: string, { entries = {}, answer }: Said = {}): Promise<KubernetesManifests & { recorded: string[] }> {
  const recorded: string[] = [];
  const prompt: Prompt = { interactive: answer !== undefined, choose: () => Promise.resolve(answer), confirm: () => Promise.resolve(false) };
  const shortNames = {
    find: (name: string) => Promise.resolve(entries[name] === undefined ? undefined : { target: entries[name], origin: '/etc/names.conf:3' }),
    rules: () => Promise.resolve({}),
    record: async (name: string, target: string) => void recorded.push(`${name} = ${target}`),
  };
  const done = await exportToKubernetes({ ...fakes.deps, prompt, shortNames }, { reference, flavour: 'kserve' }, {});
  return { ...done, recorded };
}

describe('a model at its registry', () => {
  it.each(['granite', 'team/granite', 'granite:v1'])('is found as %s where it is here, and what its name means now is asked', async (name) => {
    const { reference, image, because } = await exported(await world(), name);
    expect({ reference, image }).toEqual({ reference: 'quay.io/team/granite:v1', image: `quay.io/team/granite@${revision}` });
    expect(because).toContain('tracked');
  });

  it('with its host is taken as it is written, whatever is here', async () => {
    const found = await exported(await world(), 'quay.io/team/granite');
    expect(found).toMatchObject({ reference: 'quay.io/team/granite', image: `quay.io/team/granite@${revision}` });
    expect(found.because).toBeUndefined();
  });

  it('goes by an alias, and by the entry for a short name', async () => {
    const fakes = await world({ aliases: { mine: 'quay.io/team/granite:v1' } });
    expect((await exported(fakes, 'mine')).reference).toBe('quay.io/team/granite:v1');
    const byEntry = await exported(fakes, 'other:latest', { entries: { other: 'quay.io/team/granite' } });
    expect(byEntry).toMatchObject({ reference: 'quay.io/team/granite:latest', because: 'by its short name' });
  });

  it('is what a person chooses, which is recorded once the registry has answered', async () => {
    const fakes = await world({ shortNames: { search: ['quay.io/team', 'registry.example/team'] } });
    const other = remoteSnapshot({ ...at, host: 'quay.io', repository: 'team/other', version: 'v2', revision });
    hold(fakes, { 'quay.io/team/other:v2': other });
    const chosen = await exported(fakes, 'other:v2', { answer: 'quay.io/team/other:v2' });
    expect(chosen).toMatchObject({ reference: 'quay.io/team/other:v2', recorded: ['other = quay.io/team/other'] });
    await expect(exported(fakes, 'other:v2')).rejects.toMatchObject({ code: 'E_AMBIGUOUS' });
  });

  it('is nowhere where it is a path, or came from one', async () => {
    const fakes = await world();
    fakes.paths.set('./m', { kind: 'model', path: '/home/user/m', format: 'safetensors', files: [] });
    const upload = 'ilab model upload --model /home/user/m --destination';
    await expect(exported(fakes, './m')).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining(upload) });
    await expect(exported(fakes, 'localhost/m:latest')).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('in no registry') });
    await expect(exported(fakes, 'nobody-knows')).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});
