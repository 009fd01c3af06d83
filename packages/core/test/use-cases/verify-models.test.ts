import { beforeEach, describe, expect, it } from 'vitest';
import { IlabError, type Verification, verifyModels, type VerifyModelsRequest } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, fileMember, hold, NOW, remoteArchive, remoteSnapshot, sha256, STORE, taken } from '../fakes/index.ts';

const V1 = 'huggingface.co/org/name:v1';
const V2 = 'huggingface.co/org/name:v2';
const FILES = { 'm.gguf': 'weights', 'README.md': 'read' };
const [A, B] = [commit('a'), commit('b')];

let fakes: Fakes;
beforeEach(async () => {
  fakes = createFakes();
  hold(fakes, { [V1]: remoteSnapshot({ version: 'v1', kind: 'tag', files: FILES }) });
  // By its revision, as a repair asks.
  hold(fakes, { [`huggingface.co/org/name:${A}`]: remoteSnapshot({ files: FILES }) });
  await download(fakes, 'org/name:v1');
  taken(fakes);
});

function verify(request: VerifyModelsRequest): Promise<Verification> {
  return verifyModels(fakes.deps, request, {});
}

/** Another version that shares the weights. */
async function bringSecond(): Promise<void> {
  const files = { 'm.gguf': 'weights', 'README.md': 'read on' };
  hold(fakes, { [V2]: remoteSnapshot({ version: 'v2', revision: B, files }), [`huggingface.co/org/name:${B}`]: remoteSnapshot({ revision: B, files }) });
  await download(fakes, 'org/name:v2');
  taken(fakes);
}

const nothing = { untrusted: [], bad: [], missing: [], repaired: [], fetched: 0, skipped: [] };

describe('verifyModels', () => {
  it('wants to be told what', async () => {
    await expect(verify({})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it.each([{ references: ['org/name:v1'] }, { all: true }])('says of %j that all is right, and asks no registry', async (request) => {
    expect(await verify(request)).toEqual({ ...nothing, checked: 2, bytes: 11, ok: [V1] });
    expect(taken(fakes)).toEqual([]);
    expect(fakes.rot.depths[0]).toBe('content');
  });

  it('names a snapshot once, however many names it has', async () => {
    hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: FILES }) });
    await download(fakes, 'org/name:main');
    expect(await verify({ references: ['org/name:v1', 'org/name:main'] })).toMatchObject({ checked: 2, ok: ['huggingface.co/org/name:main'] });
  });

  it('finds what is damaged, and says what it should be and is', async () => {
    fakes.rot.bad.add(`${A} m.gguf`);
    const { bad, ok } = await verify({ references: ['org/name:v1'] });
    expect(bad).toEqual([{ reference: V1, file: 'm.gguf', expected: `sha256:${sha256('weights')}`, actual: 'sha256:other' }]);
    expect(ok).toEqual([]);
  });

  it('finds a model that lacks a file, and says which', async () => {
    for (const { files } of fakes.state.snapshots.values()) files.delete('m.gguf');
    expect(await verify({ references: ['org/name:v1'] })).toMatchObject({ missing: [{ reference: V1, file: 'm.gguf' }], bad: [], checked: 1 });
  });

  it('misses no file that nobody asked for, and every one that was here', async () => {
    hold(fakes, { [V2]: remoteSnapshot({ version: 'v2', revision: B, files: { 'a-Q4_K_M.gguf': 'four', 'a-Q8_0.gguf': 'eight' } }) });
    await download(fakes, 'org/name:v2#Q4_K_M');
    expect(await verify({ references: ['org/name:v2'] })).toMatchObject({ missing: [], ok: [V2] });
    fakes.rot.arrived.add(`${B} a-Q8_0.gguf`);
    expect(await verify({ references: ['org/name:v2'] })).toMatchObject({ missing: [{ reference: V2, file: 'a-Q8_0.gguf' }] });
  });

  it('looks at all that should have the same bytes where some are damaged', async () => {
    await bringSecond();
    for (const revision of [A, B]) fakes.rot.bad.add(`${revision} m.gguf`);
    const { bad, ok, checked } = await verify({ references: ['org/name:v1'] });
    expect(bad.map(({ reference, file }) => `${reference} ${file}`)).toEqual([`${V1} m.gguf`, `${V2} m.gguf`]);
    expect({ ok, checked }).toEqual({ ok: [], checked: 3 });
  });

  it('reads nothing when it is quick', async () => {
    fakes.rot.bad.add(`${A} m.gguf`);
    expect(await verify({ all: true, quick: true })).toMatchObject({ bad: [], ok: [V1] });
    expect(new Set(fakes.rot.depths)).toEqual(new Set(['quick']));
  });

  it('skips what older tools left, and says so', async () => {
    fakes.state.others.push({ kind: 'legacy', name: 'old', path: `${STORE}/old`, format: 'gguf', version: 'n/a', size: 7, modified: NOW });
    expect(await verify({ all: true })).toMatchObject({ skipped: ['old'], ok: [V1] });
    expect(await verify({ references: ['old'] })).toEqual({ ...nothing, checked: 0, bytes: 0, ok: [], skipped: ['old'] });
    expect(fakes.warnings).toEqual(expect.arrayContaining([expect.stringContaining('old is skipped')]));
  });

  it('counts what can’t be read as damaged, and goes on', async () => {
    const broken = { kind: 'broken', name: 'quay.io/x/@sha256-1', path: `${STORE}/quay.io/x/@sha256-1`, reason: 'torn' } as const;
    fakes.state.others.push(broken);
    const bad = [{ reference: broken.name, file: '', expected: 'what can be read', actual: 'torn' }];
    expect(await verify({ all: true })).toMatchObject({ bad, ok: [V1] });
    expect(await verify({ references: [broken.name] })).toMatchObject({ bad, ok: [] });
  });

  it.each(['org/torn:v1', 'torn', 'huggingface.co/org/torn'])('says of %s that it is broken, and not that it is not here', async (value) => {
    for (const name of [`huggingface.co/org/torn/@${B}`, 'huggingface.co/org/torn2/@1', `huggingface.co/x/org/%zz/@${B}`])
      fakes.state.others.push({ kind: 'broken', name, path: `${STORE}/${name}`, reason: 'torn' });
    expect(await verify({ references: [value] })).toMatchObject({ bad: [{ reference: `huggingface.co/org/torn/@${B}`, actual: 'torn' }] });
  });

  it('warns of files that are no part of it, and of those that can be written to', async () => {
    fakes.rot.extra.add(`${A} notes\u001b[2J.txt`);
    fakes.rot.writable.add(`${A} m.gguf`);
    expect(await verify({ all: true })).toMatchObject({ bad: [], ok: [V1] });
    expect(fakes.warnings).toEqual([expect.stringMatching(/no part of it: notes\?\[2J\.txt\./), expect.stringMatching(/written to.*: m\.gguf\./)]);
  });

  it.each(['org/nothing', 'org/name:v9'])('does not know %s', async (value) => {
    await expect(verify({ references: [value] })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});

describe('verifyModels with repair', () => {
  const repair = true;

  it('does nothing where nothing is wrong', async () => {
    expect(await verify({ all: true, repair })).toMatchObject({ repaired: [], ok: [V1] });
    expect(taken(fakes)).toEqual([]);
  });

  it('fetches the damaged file and no other, by revision, and moves no name', async () => {
    fakes.rot.bad.add(`${A} m.gguf`);
    expect(await verify({ references: ['org/name:v1'], repair })).toMatchObject({
      bad: [],
      missing: [],
      ok: [V1],
      repaired: [{ reference: V1, file: 'm.gguf' }],
      fetched: 7,
    });
    expect(taken(fakes)).toEqual([
      'aside m.gguf',
      `resolve huggingface.co/org/name:${A}`,
      expect.stringMatching(/^stage /),
      'locate m.gguf',
      'fetched 7',
      'place m.gguf',
      'close',
      'discard m.gguf',
    ]);
  });

  it('fetches what is missing', async () => {
    for (const { files } of fakes.state.snapshots.values()) files.delete('README.md');
    expect(await verify({ all: true, repair })).toMatchObject({ missing: [], fetched: 4, repaired: [{ file: 'README.md' }] });
  });

  it('takes from a verified snapshot that has the same bytes', async () => {
    await bringSecond();
    fakes.rot.bad.add(`${A} m.gguf`);
    expect(await verify({ references: ['org/name:v1'], repair })).toMatchObject({ ok: [V1], fetched: 0, repaired: [{ reference: V1 }] });
    expect(taken(fakes)).toEqual(['aside m.gguf', 'close', 'discard m.gguf']);
  });

  it('fetches once what is damaged in two, after both have lost their names', async () => {
    await bringSecond();
    for (const revision of [A, B]) fakes.rot.bad.add(`${revision} m.gguf`);
    const { repaired, fetched, bad } = await verify({ references: ['org/name:v1'], repair });
    expect(repaired.map(({ reference }) => reference)).toEqual([V1, V2]);
    expect({ fetched, bad }).toEqual({ fetched: 7, bad: [] });
    expect(taken(fakes).slice(0, 3)).toEqual(['aside m.gguf', 'aside m.gguf', `resolve huggingface.co/org/name:${A}`]);
  });

  it('reads what it takes from, also when it is quick', async () => {
    await bringSecond();
    for (const { metadata, files } of fakes.state.snapshots.values()) if (metadata.revision === A) files.delete('m.gguf');
    fakes.rot.bad.add(`${B} m.gguf`);
    expect(await verify({ all: true, quick: true, repair })).toMatchObject({ bad: [], missing: [], fetched: 7 });
    expect(taken(fakes)).toContain('aside m.gguf');
  });

  it('leaves a read-only store as it is, and takes nothing from it that is wrong', async () => {
    const [own] = await Array.fromAsync(fakes.deps.cache.items({}));
    if (own?.kind !== 'repository') throw new Error('nothing is tracked');
    const shared = own.snapshots.map((snapshot) => ({ ...snapshot, id: { ...snapshot.id, host: 'shared.example' } }));
    fakes.state.others.push({ ...own, id: { ...own.id, host: 'shared.example' }, tier: 'extra', snapshots: shared, path: '/srv/models' });
    fakes.rot.bad.add(`${A} m.gguf`);
    const { bad, fetched, repaired } = await verify({ all: true, repair });
    expect(bad).toEqual([expect.objectContaining({ reference: 'hf://shared.example/org/name:v1', file: 'm.gguf' })]);
    expect({ fetched, repaired }).toEqual({ fetched: 7, repaired: [{ reference: V1, file: 'm.gguf' }] });
    expect(fakes.warnings).toEqual([expect.stringContaining('read-only store')]);
  });

  it('keeps the damaged bytes, says where, and goes on, when the registry fails', async () => {
    hold(fakes, { 'huggingface.co/org/z:main': remoteSnapshot({ repository: 'org/z', revision: B, files: { z: 'zz' } }) });
    hold(fakes, { [`huggingface.co/org/z:${B}`]: remoteSnapshot({ repository: 'org/z', revision: B, files: { z: 'zz' } }) });
    await download(fakes, 'org/z:main');
    taken(fakes);
    for (const key of [`${A} m.gguf`, `${B} z`]) fakes.rot.bad.add(key);
    fakes.network.instead.set(`sha256:${sha256('weights')}`, async () => {
      throw new IlabError('E_NETWORK', 'lost');
    });
    expect(await verify({ all: true, repair })).toMatchObject({
      missing: [{ reference: V1, file: 'm.gguf' }],
      repaired: [{ reference: 'huggingface.co/org/z:main', file: 'z' }],
    });
    expect(fakes.warnings).toEqual([expect.stringMatching(/could not be repaired: .*lost.*\/trash\/m\.gguf/)]);
    expect(taken(fakes)).not.toContain('discard m.gguf');
  });

  it.each([
    ['another revision', remoteSnapshot({ revision: B, files: FILES }), /another revision/],
    ['a revision without the file', remoteSnapshot({ files: { 'README.md': 'read' } }), /no longer has m\.gguf/],
  ])('takes nothing from a registry that answers with %s', async (_what, answer, message) => {
    hold(fakes, { [`huggingface.co/org/name:${A}`]: answer });
    fakes.rot.bad.add(`${A} m.gguf`);
    expect(await verify({ all: true, repair })).toMatchObject({ missing: [{ file: 'm.gguf' }], repaired: [], ok: [] });
    expect(fakes.warnings).toEqual([expect.stringMatching(message)]);
  });

  it('fetches an archive again for one file that came out of it, and places only that', async () => {
    const digest = `sha256:${'9'.repeat(64)}` as const;
    const archive = remoteArchive('tar');
    const image = remoteSnapshot({ source: 'oci', host: 'quay.io', repository: 'a/b', revision: digest, version: 'v1', archives: [archive] });
    hold(fakes, { 'quay.io/a/b:v1': image, [`quay.io/a/b@${digest}`]: image });
    fakes.network.members.set(archive.blob.digest, [fileMember('one', 'first'), fileMember('two', 'second')]);
    await download(fakes, 'quay.io/a/b:v1');
    taken(fakes);
    fakes.rot.bad.add(`${digest} two`);
    expect(await verify({ references: ['quay.io/a/b:v1'], repair })).toMatchObject({ bad: [], missing: [], fetched: 3, repaired: [{ file: 'two' }] });
    expect(taken(fakes).filter((line) => line.startsWith('place'))).toEqual(['place two']);
  });

  it('is aborted', async () => {
    fakes.rot.bad.add(`${A} m.gguf`);
    fakes.network.instead.set(`sha256:${sha256('weights')}`, async () => {
      throw AbortSignal.abort().reason;
    });
    await expect(verify({ all: true, repair })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
