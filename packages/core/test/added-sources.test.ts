import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../src/index.ts';
import { manifestOf, manifests } from './manifests.ts';

const grammar = { manifests: [...manifests, manifestOf('ollama') ?? []].flat() };

describe('references to Ollama’s registry, where its plugin was added', () => {
  it.each([
    ['registry.ollama.ai/library/qwen3:0.6b', 'registry.ollama.ai/library/qwen3:0.6b'],
    ['ollama://qwen3:0.6b', 'registry.ollama.ai/library/qwen3:0.6b'],
    ['ollama://qwen3', 'registry.ollama.ai/library/qwen3'],
    ['ollama://owner/Model_1.5:latest', 'registry.ollama.ai/owner/Model_1.5:latest'],
    ['https://ollama.com/library/qwen3:0.6b', 'registry.ollama.ai/library/qwen3:0.6b'],
    ['ollama.com/qwen3', 'registry.ollama.ai/library/qwen3'],
    ['registry.ollama.ai/library/qwen3/0.6b', 'registry.ollama.ai/library/qwen3:0.6b'],
    ['ollama://localhost:5000/library/qwen3', 'ollama://localhost:5000/library/qwen3'],
    [`ollama://qwen3@sha256:${'a'.repeat(64)}`, `registry.ollama.ai/library/qwen3@sha256:${'a'.repeat(64)}`],
  ])('%s is %s', (written, canonical) => {
    expect(parseReference(written, grammar)).toMatchObject({ kind: 'remote', adapter: 'ollama', canonical });
    expect(parseReference(canonical, grammar)).toMatchObject({ adapter: 'ollama', canonical });
  });

  it.each(['ollama://-x', 'ollama://x:-y', `ollama://${'x'.repeat(81)}`])('%s is none', (written) => {
    expect(() => parseReference(written, grammar)).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE' }));
  });

  it('takes nothing away from what came along', () => {
    expect(parseReference('org/name', grammar)).toMatchObject({ adapter: 'hf' });
    expect(parseReference('quay.io/a/b', grammar)).toMatchObject({ adapter: 'oci' });
    expect(parseReference('qwen3:0.6b', grammar)).toMatchObject({ kind: 'short' });
    expect(parseReference('oci://registry.ollama.ai/library/qwen3', grammar)).toMatchObject({
      adapter: 'oci',
      canonical: 'oci://registry.ollama.ai/library/qwen3',
    });
  });
});

describe('a scheme of a source of ours that does not come along', () => {
  const plugins = readdirSync(new URL('../../../plugins', import.meta.url)).filter((name) => !['hf', 'oci'].includes(name));
  const schemes = plugins.flatMap((plugin) => (manifestOf(plugin)?.schemes ?? []).map((scheme) => [scheme, plugin] as const));

  it.each(schemes)('%s:// is answered with the command that brings it', (scheme, plugin) => {
    const refused = expect.objectContaining({ code: 'E_BAD_REFERENCE', hint: `Install it: ilab plugins install @ilab/plugin-${plugin}` });
    expect(() => parseReference(`${scheme}://a.example/b/c`, { manifests })).toThrow(refused);
  });

  it('is told from one that nobody brings', () => {
    const refused = expect.objectContaining({ hint: expect.stringContaining('Known are hf://, oci://') });
    expect(() => parseReference('toString://a.example/b/c', { manifests })).toThrow(refused);
  });
});
