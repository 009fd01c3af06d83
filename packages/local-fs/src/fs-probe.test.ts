import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { withMode } from '../test/with-mode.ts';
import { GGUF, safetensors, writeTree } from '../test/write-tree.ts';

type Tree = Readonly<Record<string, string | Uint8Array>>;

const SAFETENSORS: Tree = { 'config.json': '{}', 'model.safetensors': safetensors('a') };
const INDEX = JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } });

/** Looks at a path below a directory that is both home and working directory. */
async function probe(files: Tree, path: string) {
  const { probe: subject, root } = temporaryStore();
  writeTree(join(root, 'm'), files);
  return subject.probe(path.replace('ROOT', root), {});
}

describe('the probe', () => {
  it.each<[string, Tree, object]>([
    ['a safetensors directory', SAFETENSORS, { format: 'safetensors', files: ['config.json', 'model.safetensors'] }],
    [
      'one with all its shards',
      { 'config.json': '{}', 'model.safetensors.index.json': INDEX, 'model-1.safetensors': safetensors('a'), 'model-2.safetensors': safetensors('b', 'more') },
      { format: 'safetensors' },
    ],
    ['a directory with one GGUF', { 'a.gguf': GGUF, 'README.md': '' }, { format: 'gguf', files: ['a.gguf'] }],
    ['one with a projector', { 'a.gguf': GGUF, 'mmproj-a.gguf': GGUF }, { format: 'gguf', files: ['a.gguf', 'mmproj-a.gguf'] }],
    ['a whole split set', { 'a-00001-of-00002.gguf': GGUF, 'a-00002-of-00002.gguf': GGUF }, { format: 'gguf' }],
    [
      'an adapter',
      { 'adapter_config.json': '{"base_model_name_or_path":"org/base"}', 'adapter_model.safetensors': safetensors('a') },
      { format: 'adapter', base: 'org/base' },
    ],
  ])('takes %s for a model', async (_what, files, model) => {
    expect(await probe(files, 'm')).toMatchObject({ kind: 'model', ...model });
  });

  it.each<[string, Tree, RegExp]>([
    ['a missing shard', { 'config.json': '{}', 'model.safetensors.index.json': INDEX, 'model-1.safetensors': 'x' }, /model-2\.safetensors is missing/],
    ['no weights', { 'config.json': '{}' }, /no safetensors/],
    ['pickled weights', { 'config.json': '{}', 'pytorch_model.bin': 'x' }, /its weights are pickled \(pytorch_model\.bin\): loading them runs the code/],
    ['no config.json', { 'model.safetensors': 'x' }, /no config\.json/],
    ['a folder with one', { 'sub/config.json': '{}', 'other/x': '' }, /no GGUF file, but sub in it may be one\.$/],
    ['a folder with some', { 'b/config.json': '{}', 'a/adapter_config.json': '{}' }, /, but a, b in it may be some\.$/],
    ['several GGUF models', { 'a.gguf': GGUF, 'b.gguf': GGUF }, /2 GGUF files; name one/],
    ['a gap in a split set', { 'a-00001-of-00003.gguf': GGUF, 'a-00003-of-00003.gguf': GGUF }, /a-00002-of-00003\.gguf is missing/],
    ['only a projector', { 'mmproj-a.gguf': GGUF }, /only a projector/],
    ['no adapter weights', { 'adapter_config.json': '{}' }, /no adapter_model/],
    ['a GGUF in name only', { 'a.gguf': 'GGUF' }, /no GGUF/],
    ['a GGUF that is cut off', { 'a.gguf': GGUF.subarray(0, 20) }, /^a\.gguf: No valid GGUF: the file ends inside the counts \(at byte 4\)\.$/],
    ['a safetensors file in name only', { 'config.json': '{}', 'model.safetensors': 'x' }, /^model\.safetensors: No valid safetensors: the file ends inside/],
    [
      'a shard that is cut off',
      {
        'config.json': '{}',
        'model.safetensors.index.json': INDEX,
        'model-1.safetensors': safetensors('a'),
        'model-2.safetensors': safetensors('b', 'c').subarray(0, -1),
      },
      /^model-2\.safetensors: .*c ends at 2 of the data, and the file has 1 bytes/,
    ],
    [
      'a shard with other tensors than the index says',
      { 'config.json': '{}', 'model.safetensors.index.json': INDEX, 'model-1.safetensors': safetensors('a'), 'model-2.safetensors': safetensors('a') },
      /^model-2\.safetensors: it lacks the tensor b, which model\.safetensors\.index\.json says it holds/,
    ],
    [
      'an index that leads elsewhere',
      { 'config.json': '{}', 'model.safetensors.index.json': '{"weight_map":{"a":"../m/model-1.safetensors"}}', 'model-1.safetensors': safetensors('a') },
      /shard|beside it/,
    ],
    ['adapter weights that are none', { 'adapter_config.json': '{}', 'adapter_model.safetensors': 'x' }, /^adapter_model\.safetensors: No valid/],
  ])('says what is wrong with %s', async (_what, files, reason) => {
    expect(await probe(files, 'm')).toMatchObject({ kind: 'not-a-model', reason: expect.stringMatching(reason) });
  });

  it.each(['m/a.gguf', './m/a.gguf', '~/m/a.gguf', 'ROOT/m/a.gguf', '~/m/../m/a.gguf'])('finds %s', async (path) => {
    expect(await probe({ 'a.gguf': GGUF }, path)).toMatchObject({ kind: 'model', format: 'gguf', path: expect.stringMatching(/^\/.*\/m\/a\.gguf$/) });
  });

  it('finds the other parts of a split set beside the one that is named, also through links', async () => {
    const { probe: subject, root } = temporaryStore();
    writeTree(join(root, 'blobs'), { one: GGUF, two: GGUF.subarray(0, 23) });
    mkdirSync(join(root, 'm'));
    symlinkSync('../blobs/one', join(root, 'm/a-00001-of-00002.gguf'));
    expect(await subject.probe('m/a-00001-of-00002.gguf', {})).toMatchObject({ reason: 'a-00002-of-00002.gguf: it is missing.' });
    symlinkSync('../blobs/two', join(root, 'm/a-00002-of-00002.gguf'));
    expect(await subject.probe('m/a-00001-of-00002.gguf', {})).toMatchObject({ reason: expect.stringContaining('a-00002-of-00002.gguf: No valid GGUF') });
  });

  it('does not take a part of a split set for a model, or parts in the wrong order', async () => {
    const part = (number: number): Buffer =>
      Buffer.concat([GGUF.subarray(0, 16), Buffer.from([2]), Buffer.alloc(7), pair('split.no', number), pair('split.count', 2)]);
    expect(await probe({ 'a-00001-of-00002.gguf': part(0), 'a-00002-of-00002.gguf': part(1) }, 'm')).toMatchObject({ kind: 'model' });
    const reason = 'its header says that it is another part than part 1 of 2.';
    expect(await probe({ 'a-00001-of-00002.gguf': part(1), 'a-00002-of-00002.gguf': part(0) }, 'm')).toMatchObject({ kind: 'not-a-model', reason });
    expect(await probe({ 'a.gguf': part(0) }, 'm/a.gguf')).toMatchObject({ kind: 'not-a-model', reason: expect.stringContaining('part 1 of 1') });
  });

  it('gives the real path', async () => {
    const { probe: subject, root } = temporaryStore();
    writeTree(join(root, 'm'), SAFETENSORS);
    symlinkSync('m', join(root, 'link'));
    expect(await subject.probe('link', {})).toMatchObject({ kind: 'model', path: join(root, 'm') });
  });

  it.each(['m/nothing', 'm/a.gguf/below', '~nobody/m', 'gone'])('says that nothing is at %s', async (path) => {
    expect(await probe({ 'a.gguf': GGUF }, path)).toMatchObject({ kind: 'missing' });
  });

  it('is not led astray by a link to nowhere or a folder beside the model', async () => {
    const { probe: subject, root } = temporaryStore();
    writeTree(join(root, 'm'), SAFETENSORS);
    symlinkSync('/nowhere/at/all', join(root, 'm/gone.gguf'));
    mkdirSync(join(root, 'm/folder.gguf'));
    expect(await subject.probe('m', {})).toMatchObject({ kind: 'model', format: 'safetensors' });
  });

  it('says what may not be read, and not that it could not be written', async () => {
    const { probe: subject, root } = temporaryStore();
    writeTree(join(root, 'm'), SAFETENSORS);
    const failure = withMode(join(root, 'm'), 0o000, () => subject.probe('m', {}));
    await expect(failure).rejects.toMatchObject({ code: 'E_STORE', message: `${join(root, 'm')} can’t be used: no permission on ${join(root, 'm')}.` });
  });
});

/** A key of a GGUF with a number of 16 bits. */
function pair(key: string, value: number): Buffer {
  const bytes = Buffer.alloc(8 + key.length + 6);
  bytes.writeUInt32LE(key.length);
  bytes.write(key, 8);
  bytes.writeUInt32LE(2, 8 + key.length);
  bytes.writeUInt16LE(value, 12 + key.length);
  return bytes;
}
