import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileOf, reference, SECRET, type UploadScene, uploadScene } from './upload-scene.ts';

const PART = 64 * 1024;
const FILES = () => [fileOf('config.json', '{"a": 1}'), fileOf('sub dir/a#b.safetensors', 'weights'), fileOf('empty.bin', '')];

let scene: UploadScene;
beforeEach(async () => {
  scene = await uploadScene({ partSize: PART });
});
afterEach(() => scene.close());

describe('an upload', () => {
  it('puts files beside those that are there, as one commit', async () => {
    const { revision, url, changed, sent, here } = await scene.upload({ files: FILES(), message: 'mine' });
    expect(await scene.contents()).toEqual({
      'config.json': '{"a": 1}',
      'sub dir/a#b.safetensors': 'weights',
      'empty.bin': '',
      'old.safetensors': 'old weights',
    });
    expect({ url, changed, sent, here }).toEqual({ url: `${scene.hub.url}/acme/m/commit/${revision}`, changed: true, sent: 15, here: 0 });
    expect(scene.seen(/commit/)).toHaveLength(1);
  });

  it('of the same again changes nothing, sends nothing and makes no commit', async () => {
    const first = await scene.upload({ files: FILES() });
    const before = scene.hub.requests.length;
    expect(await scene.upload({ files: FILES() })).toEqual({ ...first, changed: false, sent: 0, here: 15 });
    expect(scene.hub.requests.slice(before).map(({ method, url }) => `${method} ${url.split('/').at(-2)}`)).toEqual(['GET m', 'POST paths-info']);
  });

  it('sends large files in parts, and only what the Hub lacks', async () => {
    const [a, b] = [randomBytes(3 * PART + 7), randomBytes(PART)];
    await scene.upload({ files: [fileOf('a.bin', a), fileOf('b.bin', b)] });
    expect(scene.seen(/PUT/)).toHaveLength(5);
    // The same content under another name, in another repository.
    const again = await scene.upload({ files: [fileOf('c.bin', a)], destination: reference('acme/other'), createRepository: 'private' });
    expect(again).toMatchObject({ changed: true, sent: 0, here: a.length });
    expect(scene.seen(/PUT/)).toHaveLength(5);
  });

  it('sends content that files share once', async () => {
    const result = await scene.upload({ files: [fileOf('a.bin', 'same'), fileOf('b.bin', 'same')] });
    expect(scene.seen(/PUT/)).toHaveLength(1);
    expect(result).toMatchObject({ sent: 4, here: 4 });
    expect(await scene.contents()).toMatchObject({ 'a.bin': 'same', 'b.bin': 'same' });
  });

  it('leaves out what the .gitignore that goes along says, and tells', async () => {
    const result = await scene.upload({ files: [fileOf('.gitignore', '*.log\n'), fileOf('a.log', 'x'), fileOf('b.txt', 'y')] });
    expect(result.ignored).toEqual(['a.log']);
    expect(Object.keys(await scene.contents())).not.toContain('a.log');
  });

  it('proposes a change as a pull request, and leaves the branch alone', async () => {
    const before = await scene.contents();
    const { url, pullRequest } = await scene.upload({ files: FILES(), createPullRequest: true });
    expect({ url, pullRequest }).toEqual({ url: `${scene.hub.url}/acme/m/discussions/1`, pullRequest: 'refs/pr/1' });
    expect(await scene.contents()).toEqual(before);
    expect(await scene.contents('refs/pr/1')).toMatchObject({ 'config.json': '{"a": 1}' });
    // More commits go to it by its name.
    await scene.upload({ files: [fileOf('more.txt', 'm')], destination: reference('acme/m', 'refs/pr/1') });
    expect(await scene.contents('refs/pr/1')).toMatchObject({ 'more.txt': 'm', 'config.json': '{"a": 1}' });
  });
});

describe('what is missing', () => {
  it('is made only when told: a repository, private', async () => {
    const destination = reference('acme/new');
    await expect(scene.upload({ files: FILES(), destination })).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringContaining('--create') });
    expect(scene.seen(/create/)).toEqual([]);
    await scene.upload({ files: FILES(), destination, createRepository: 'private' });
    const asked = scene.hub.requests.length;
    await expect(scene.upload({ files: FILES(), destination }, { token: '' })).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringContaining('private'),
    });
    expect(scene.hub.requests.length).toBe(asked + 1);
  });

  it('is made only when told: a branch, from main', async () => {
    const destination = reference('acme/m', 'dev');
    await expect(scene.upload({ files: FILES(), destination })).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringMatching(/main.*--create/) });
    await scene.upload({ files: FILES(), destination, createRepository: 'public' });
    expect(await scene.contents('dev')).toMatchObject({ 'old.safetensors': 'old weights', 'config.json': '{"a": 1}' });
    expect(await scene.contents()).toMatchObject({ 'config.json': '{}' });
  });

  it('does not become a tag', async () => {
    await expect(scene.upload({ files: FILES(), destination: reference('acme/m', 'v1') })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

it('sends the token to the Hub itself and nowhere else', async () => {
  await scene.upload({ files: [...FILES(), fileOf('large.bin', randomBytes(3 * PART))] });
  const cdn = scene.hub.requests.filter(({ origin }) => origin === 'cdn');
  expect(cdn.length).toBeGreaterThan(3);
  expect(JSON.stringify(cdn)).not.toContain(SECRET);
  expect(cdn.map(({ headers }) => headers.authorization ?? headers.cookie)).toEqual(cdn.map(() => undefined));
});
