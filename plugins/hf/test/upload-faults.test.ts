import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileOf, READER, reference, SECRET, type UploadScene, uploadScene } from './upload-scene.ts';

const PART = 64 * 1024;

let scene: UploadScene;
beforeEach(async () => {
  scene = await uploadScene({ partSize: PART });
});
afterEach(() => scene.close());

describe('who may not', () => {
  const files = [fileOf('a.txt', 'a')];

  it('is told to log in without a token, before anything is sent', async () => {
    await expect(scene.upload({ files }, { token: '' })).rejects.toMatchObject({
      code: 'E_UNAUTHORIZED',
      hint: expect.stringContaining('ilab login huggingface.co'),
    });
    expect(scene.seen(/PUT|commit/)).toEqual([]);
  });

  it('is told that a token is for reading only, and what would do', async () => {
    await expect(scene.upload({ files }, { token: READER })).rejects.toMatchObject({
      code: 'E_FORBIDDEN',
      hint: expect.stringMatching(/write access.*--pull-request/),
    });
  });

  it('is told that a token is not known', async () => {
    const failed = scene.upload({ files, destination: reference('acme/none') }, { token: 'unknown' });
    await expect(failed).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.stringContaining('HF_TOKEN') });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('unknown') });
  });
});

describe('an interrupted upload', () => {
  it('goes on where it stopped: what arrived is not sent again', async () => {
    const files = ['a', 'b', 'c'].map((name) => fileOf(`${name}.bin`, name.repeat(1000)));
    const last = files[2]?.sha256 ?? '';
    scene.hub.faults.add({ on: last, kind: 'stall', at: 500 });
    const controller = new AbortController();
    const failed = scene.upload({ files }, { signal: controller.signal });
    await expect.poll(() => scene.seen(/verify/)).toHaveLength(2);
    controller.abort();
    await expect(failed).rejects.toMatchObject({ name: 'AbortError' });
    expect(await scene.contents()).not.toHaveProperty(['a.bin']);

    const before = scene.seen(/PUT/).length;
    expect(await scene.upload({ files })).toMatchObject({ sent: 1000, here: 2000 });
    expect(scene.seen(/PUT/).slice(before)).toEqual([`PUT /uploads/${last}`]);
  });

  it.each([
    ['PUT', 503],
    ['POST /acme/m.git', 500],
    ['preupload', 502],
    ['POST /api/models/acme/m/commit', 503],
  ])('goes on by itself after %s ended with %d', async (on, status) => {
    scene.hub.faults.add({ on: new RegExp(on), kind: 'status', status, headers: { 'retry-after': '0' }, times: 2 });
    await scene.upload({ files: [fileOf('a.bin', randomBytes(3 * PART))] });
    expect(await scene.contents()).toHaveProperty(['a.bin']);
  });

  it('goes on after the connection broke in the middle of a part', async () => {
    const content = randomBytes(PART).toString('hex');
    scene.hub.faults.add({ on: 'partNumber=2', kind: 'cut', at: 1000 });
    await scene.upload({ files: [fileOf('a.bin', content)] });
    expect((await scene.contents())['a.bin']).toBe(content);
  });

  it('gets new addresses for those that are too old, and gives up when they always are', async () => {
    const files = [fileOf('a.bin', randomBytes(2 * PART)), fileOf('b.bin', 'b')];
    scene.hub.faults.add({ on: /PUT/, kind: 'expired', times: 2 });
    await scene.upload({ files });
    expect(scene.seen(/batch/)).toHaveLength(2);
    scene.hub.faults.add({ on: /PUT/, kind: 'expired', times: 100 });
    await expect(scene.upload({ files: [fileOf('c.bin', 'c')] })).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
    expect(scene.seen(/batch/)).toHaveLength(5);
  });
});

describe('a branch that moves meanwhile', () => {
  it('is gone on top of where nothing of it is replaced', async () => {
    const first = scene.upload({ files: [fileOf('a.txt', 'a')] });
    const second = scene.upload({ files: [fileOf('b.txt', 'b')] });
    await Promise.all([first, second]);
    expect(await scene.contents()).toMatchObject({ 'a.txt': 'a', 'b.txt': 'b' });
  });

  it('is not written over: who was faster with the same file is told of', async () => {
    // Time enough for the other one.
    scene.hub.faults.add({ on: /POST .*commit\/main/, kind: 'status', status: 503, headers: { 'retry-after': '2' } });
    const late = scene.upload({ files: [fileOf('config.json', 'late')] });
    await expect.poll(() => scene.seen(/commit/)).toHaveLength(1);
    await scene.upload({ files: [fileOf('config.json', 'first')] });
    await expect(late).rejects.toMatchObject({
      code: 'E_CONFLICT',
      message: expect.stringContaining('config.json'),
      hint: expect.stringContaining('--pull-request'),
    });
    expect(await scene.contents()).toMatchObject({ 'config.json': 'first' });
  });

  it('may have been moved by us: an answer that got lost is no conflict, and no second commit', async () => {
    scene.hub.faults.add({ on: /POST .*commit\/main/, kind: 'lost' });
    const { revision, changed } = await scene.upload({ files: [fileOf('a.txt', 'a')] });
    expect(scene.seen(/commit/)).toHaveLength(2);
    expect(changed).toBe(true);
    expect(await scene.upload({ files: [fileOf('a.txt', 'a')] })).toMatchObject({ revision, changed: false });
  });

  it('is not proposed to twice: who can’t know whether it was is told where to look', async () => {
    scene.hub.faults.add({ on: /POST .*commit\/main/, kind: 'lost' });
    const failed = scene.upload({ files: [fileOf('a.txt', 'a')], createPullRequest: true });
    await expect(failed).rejects.toMatchObject({ code: 'E_NETWORK', hint: expect.stringContaining('/discussions') });
    expect(scene.seen(/commit/)).toHaveLength(1);
  });
});

it('never logs or throws the token', async () => {
  scene.hub.faults.add({ on: 'preupload', kind: 'status', status: 400, headers: { 'x-error-message': `no: ${SECRET}` } });
  await expect(scene.upload({ files: [fileOf('a.txt', 'a')] })).rejects.toMatchObject({ message: expect.not.stringContaining(SECRET) });
});
