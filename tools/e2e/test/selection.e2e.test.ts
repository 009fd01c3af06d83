import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createWorkspace, type Workspace } from '../src/index.ts';

/** As repositories of GGUF files are, with two projectors; and one of weights in three formats. */
const QUANTISED = snapshotOf({
  'README.md': '# m',
  'm-Q2_K.gguf': 'GGUF two',
  'm-Q4_K_M.gguf': 'GGUF four',
  'm-Q8_0-00001-of-00002.gguf': 'GGUF eight, first',
  'm-Q8_0-00002-of-00002.gguf': 'GGUF eight, second',
  'mmproj-F16.gguf': 'GGUF sees',
  'mmproj-F32.gguf': 'GGUF sees better',
});
const FORMATS = snapshotOf({
  'config.json': '{}',
  'model.safetensors': 'safe',
  'pytorch_model.bin': 'pickle',
  'tf_model.h5': 'tensors',
  'onnx/model.onnx': 'on',
});

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({
    models: [
      { repository: 'acme/m-gguf', versions: new Map([['main', QUANTISED]]) },
      { repository: 'acme/formats', versions: new Map([['main', FORMATS]]) },
    ],
  });
});
afterAll(() => hub.close());

type Answer = {
  readonly result: readonly [{ readonly files: readonly string[]; readonly leftOut: readonly { why: string; files: readonly string[]; bytes: number }[] }];
};

describe.each([
  { side: 'a Hub', prefix: 'hf://acme/' },
  { side: 'a registry', prefix: 'oci' },
])('what nobody asked for by name, from $side', ({ prefix }) => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
    onTestFinished(() => workspace.remove());
  });
  const reference = (name: string): string => (prefix === 'oci' ? `${hub.host}/acme/${name}:main` : `${prefix}${name}`);
  const download = async (...args: readonly string[]): Promise<Answer['result'][0]> => {
    const { code, stdout } = await workspace.ilab(['model', 'download', ...args, '--json']);
    expect(code, stdout).toBe(0);
    return (JSON.parse(stdout) as Answer).result[0];
  };

  it('is one quantisation with its projector; the others come by name, or all', async () => {
    const first = await download(reference('m-gguf'));
    expect([...first.files].sort()).toEqual(['README.md', 'm-Q4_K_M.gguf', 'mmproj-F16.gguf']);
    expect(first.leftOut).toMatchObject([{ why: 'other quantisations', files: expect.arrayContaining(['m-Q2_K.gguf', 'mmproj-F32.gguf']) }]);
    expect([...(await download(`${reference('m-gguf')}#Q8_0`)).files].sort()).toEqual([
      'm-Q8_0-00001-of-00002.gguf',
      'm-Q8_0-00002-of-00002.gguf',
      'mmproj-F16.gguf',
    ]);
    const all = await download(reference('m-gguf'), '--include', '*');
    expect([all.files.length, all.leftOut]).toEqual([7, []]);
  });

  it('is found again, whole, by name and by revision, offline', async () => {
    await download(reference('m-gguf'));
    const found = await workspace.ilab(['model', 'path', reference('m-gguf'), '--offline']);
    expect(found.stdout).toMatch(/m-Q4_K_M\.gguf\n$/);
    const { stdout } = await workspace.ilab(['model', 'list', '--json']);
    const [row] = (JSON.parse(stdout) as { result: { models: readonly [{ reference: string; revision: string; incomplete?: boolean }] } }).result.models;
    expect(row.incomplete).toBeUndefined();
    const separator = row.revision.includes(':') ? '@' : ':';
    const byRevision = `${row.reference.replace(/:main$/, '')}${separator}${row.revision}`;
    expect((await workspace.ilab(['model', 'path', byRevision, '--offline'])).stdout).toBe(found.stdout);
    expect((await workspace.ilab(['model', 'verify', '--all'])).code).toBe(0);
  });

  it('is safetensors, and a person is told what was left out', async () => {
    const { code, stderr } = await workspace.ilab(['model', 'download', reference('formats')]);
    expect(code).toBe(0);
    expect(stderr).toContain('Left out, the same weights in other formats: pytorch_model.bin, tf_model.h5, onnx/model.onnx (15 B).');
    expect(stderr).toContain('--include "*"');
    const plan = await workspace.ilab(['model', 'download', reference('formats'), '--dry-run', '--include', '*', '--json']);
    expect((JSON.parse(plan.stdout) as Answer).result[0].leftOut).toEqual([]);
  });
});
