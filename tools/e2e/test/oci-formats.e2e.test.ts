import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactOf, type ArtifactParts, createWorkspace, DOCKER_MANIFEST, type Layer, root, type Shelf, stockShelf, tarOf, titled } from '../src/index.ts';

const demo = (path: string): Buffer => readFileSync(join(root, 'tools', 'demo', 'models', 'ilab', 'demo', path));
const gguf = demo('v1/ilab-demo-q8_0.gguf');
const other = demo('v2/ilab-demo-q8_0.gguf');
const weights = demo('v1/safetensors/model.safetensors');
const config = demo('v1/safetensors/config.json');
const tokenizer = demo('v1/safetensors/tokenizer.json');

const file = (type: string, content: string | Uint8Array, annotations?: Readonly<Record<string, string>>): Layer => ({
  type,
  content,
  ...(annotations && { annotations }),
});
const at = (path: string) => ({ 'org.cncf.model.filepath': path });
const MODEL_PACK = { artifactType: 'application/vnd.cncf.model.manifest.v1+json' };
const PACK_CONFIG = { type: 'application/vnd.cncf.model.config.v1+json' };
const OLLAMA = { mediaType: DOCKER_MANIFEST, config: { type: 'application/vnd.docker.container.image.v1+json', content: '{"model_format":"gguf"}' } };
const dmr = (version: string) => ({ type: `application/vnd.docker.ai.model.config.v${version}+json`, content: '{"config":{"format":"gguf"}}' });
const ai = (kind: string): string => `application/vnd.docker.ai.${kind}`;
const ollama = (kind: string): string => `application/vnd.ollama.image.${kind}`;

/** What is pushed, and what is to come of it, exactly. */
type Format = readonly [parts: ArtifactParts, files: Readonly<Record<string, string | Uint8Array>>, notice?: string];

const FORMATS: Readonly<Record<string, () => Format | Promise<Format>>> = {
  'oras-files': () => [
    { layers: [file('application/octet-stream', gguf, titled('model.gguf')), file('application/vnd.oci.image.layer.v1.tar', config, titled('config.json'))] },
    { 'model.gguf': gguf, 'config.json': config },
  ],
  'oras-directory': async () => {
    const packed = await tarOf({ 'dir/config.json': config, 'dir/sub/model.gguf': gguf }, 'tar+gzip');
    const annotations = { ...titled('dir'), 'io.deis.oras.content.unpack': 'true' };
    return [{ layers: [file('application/vnd.oci.image.layer.v1.tar+gzip', packed, annotations)] }, { 'dir/config.json': config, 'dir/sub/model.gguf': gguf }];
  },
  'model-pack': () => [
    {
      config: PACK_CONFIG,
      more: MODEL_PACK,
      layers: [
        file('application/vnd.cncf.model.weight.v1.raw', weights, { ...at('model.safetensors'), ...titled('ignored') }),
        file('application/vnd.cncf.model.weight.config.v1.raw', config, at('sub/config.json')),
        file('application/vnd.cncf.model.doc.v1.raw', 'read me', { 'org.cncf.model.file.metadata+json': '{"name":"README.md","mode":420}' }),
      ],
    },
    { 'model.safetensors': weights, 'sub/config.json': config, 'README.md': 'read me' },
  ],
  'model-pack-packed': async () => [
    {
      config: PACK_CONFIG,
      more: MODEL_PACK,
      layers: [
        file('application/vnd.cncf.model.weight.v1.tar', await tarOf({ 'model.safetensors': weights }), at('model.safetensors')),
        file('application/vnd.cncf.model.weight.config.v1.tar+gzip', await tarOf({ 'config.json': config }, 'tar+gzip'), at('config.json')),
        file('application/vnd.cncf.model.code.v1.tar+zstd', await tarOf({ 'code/a.py': 'a', 'code/b.py': 'b' }, 'tar+zstd'), at('code')),
      ],
    },
    { 'model.safetensors': weights, 'config.json': config, 'code/a.py': 'a', 'code/b.py': 'b' },
    'run code',
  ],
  'model-pack-of-before': () => [
    {
      config: { type: 'application/vnd.cnai.model.config.v1+json' },
      more: { artifactType: 'application/vnd.cnai.model.manifest.v1+json' },
      layers: [file('application/vnd.cnai.model.weight.v1.raw', gguf, { 'org.cnai.model.filepath': 'model.gguf' })],
    },
    { 'model.gguf': gguf },
  ],
  'ramalama-artifact': () => [
    { more: MODEL_PACK, layers: [file('application/octet-stream', gguf, { ...at('smol.gguf'), ...titled('smol.gguf') })] },
    { 'smol.gguf': gguf },
  ],
  omlmd: () => [
    {
      config: { type: 'application/x-config', content: '{"name":"m"}' },
      layers: [
        file('application/x-mlmodel', weights, titled('model.joblib')),
        file('application/x-config', '{"name":"m"}', titled('model_metadata.omlmd.json')),
        file('application/x-config', 'name: m\n', titled('model_metadata.omlmd.yaml')),
      ],
    },
    { 'model.joblib': weights, 'model_metadata.omlmd.json': '{"name":"m"}', 'model_metadata.omlmd.yaml': 'name: m\n' },
    'run code',
  ],
  instructlab: () => [
    {
      config: { type: 'application/vnd.oci.image.config.v1+json' },
      layers: [file('application/octet-stream', weights, titled('model-00001-of-00001.safetensors')), file('text/plain', tokenizer, titled('tokenizer.json'))],
    },
    { 'model-00001-of-00001.safetensors': weights, 'tokenizer.json': tokenizer },
  ],
  'model-runner-0.1': () => [
    {
      config: dmr('0.1'),
      layers: [
        file(ai('gguf.v3'), gguf),
        file(ai('gguf.v3.lora'), 'lora'),
        file(ai('mmproj'), 'projector'),
        file(ai('license'), 'one'),
        file(ai('license'), 'two'),
        file(ai('chat.template.jinja'), '{{ messages }}'),
      ],
    },
    { 'model.gguf': gguf, 'adapter.gguf': 'lora', 'mmproj.gguf': 'projector', LICENSE: 'one', 'LICENSE.2': 'two', 'chat_template.jinja': '{{ messages }}' },
  ],
  'model-runner-shards': () => [
    { config: dmr('0.1'), layers: [file(ai('gguf.v3'), gguf), file(ai('gguf.v3'), other)] },
    { 'model-00001-of-00002.gguf': gguf, 'model-00002-of-00002.gguf': other },
  ],
  'model-runner-safetensors': async () => [
    {
      config: dmr('0.1'),
      layers: [
        file(ai('safetensors'), weights),
        file(ai('vllm.config.tar'), await tarOf({ 'config.json': config })),
        file(ai('dir.tar'), await tarOf({ 'vae/config.json': '{}' })),
      ],
    },
    { 'model.safetensors': weights, 'config.json': config, 'vae/config.json': '{}' },
  ],
  'model-runner-0.2': () => [
    {
      config: dmr('0.2'),
      layers: [file(ai('safetensors'), weights, at('text_encoder/model.safetensors')), file(ai('model.file'), config, at('text_encoder/config.json'))],
    },
    { 'text_encoder/model.safetensors': weights, 'text_encoder/config.json': config },
  ],
  'model-runner-cncf': () => [{ config: PACK_CONFIG, layers: [file('application/vnd.cncf.model.weight.v1.gguf', gguf)] }, { 'model.gguf': gguf }],
  ollama: () => [
    {
      ...OLLAMA,
      layers: [
        file(ollama('model'), gguf),
        file(ollama('template'), '{{ .Prompt }}'),
        file(ollama('license'), 'one'),
        file(ollama('license'), 'two'),
        file(ollama('license'), 'three'),
        file(ollama('params'), '{"stop":["x"]}'),
        file(ollama('messages'), '[]'),
        file(ollama('system'), 'Be kind.'),
        file(ollama('projector'), 'projector'),
        file(ollama('adapter'), 'lora'),
      ],
    },
    {
      'model.gguf': gguf,
      template: '{{ .Prompt }}',
      LICENSE: 'one',
      'LICENSE.2': 'two',
      'LICENSE.3': 'three',
      'params.json': '{"stop":["x"]}',
      'messages.json': '[]',
      system: 'Be kind.',
      'mmproj.gguf': 'projector',
      'adapter.gguf': 'lora',
      'ollama.json': OLLAMA.config.content,
    },
  ],
  'ollama-tensors': () => [
    {
      ...OLLAMA,
      layers: [
        { ...file(ollama('tensor'), weights), name: 'model.embed_tokens.weight' },
        { ...file(ollama('tensor'), 'norm'), name: 'model.norm.weight' },
        { ...file(ollama('json'), config), name: 'config.json' },
      ],
    },
    { 'model.embed_tokens.weight': weights, 'model.norm.weight': 'norm', 'config.json': config, 'ollama.json': OLLAMA.config.content },
    'one tensor a file',
  ],
  'strange-layers': () => [
    { layers: [file('application/x-secret', 'x'), file('application/octet-stream', gguf, titled('model.gguf'))] },
    { 'model.gguf': gguf },
    'application/x-secret',
  ],
};

let shelf: Shelf;
const expected = new Map<string, Format>();
beforeAll(async () => {
  for (const [name, make] of Object.entries(FORMATS)) expected.set(name, await make());
  shelf = await stockShelf(Object.fromEntries([...expected].map(([name, [parts]]) => [name, artifactOf(parts)])));
});
afterAll(() => shelf.close());

describe('a model that other tools pushed', () => {
  it.each(Object.keys(FORMATS))('(%s) comes with exactly its files', async (name) => {
    const [, files, notice] = expected.get(name) ?? [];
    const { files: brought, warnings } = await shelf.bring(name);
    expect(brought).toEqual(Object.fromEntries(Object.entries(files ?? {}).map(([path, content]) => [path, Buffer.from(content)])));
    expect(warnings).toEqual(notice === undefined ? [] : [expect.stringContaining(notice)]);
  });
});

describe('Ollama’s registry', () => {
  it('is read though its front door is not there', async () => {
    shelf.hub.faults.add({ on: /^GET \/v2\/$/, kind: 'status', status: 404, times: 1000 });
    shelf.hub.faults.add({ on: '/tags/list', kind: 'status', status: 404, times: 1000 });
    const workspace = await createWorkspace();
    try {
      const { code, stdout, stderr } = await workspace.ilab(['model', 'download', `${shelf.hub.host}/shelf/ollama:v1`, '--json']);
      expect(code, stderr).toBe(0);
      const { result } = JSON.parse(stdout) as { result: [{ path: string; files: readonly string[] }] };
      expect(result[0].files).toHaveLength(11);
      expect(readFileSync(join(result[0].path, 'model.gguf'))).toEqual(gguf);
    } finally {
      shelf.hub.faults.clear();
      await workspace.remove();
    }
  });
});
