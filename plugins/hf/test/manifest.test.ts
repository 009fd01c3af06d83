import { readFile } from 'node:fs/promises';
import type { PluginManifest } from '@ilab/plugin-api';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { testContext } from '@ilab/testkit';

const packageJson: { ilab: PluginManifest } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const [registry] = packageJson.ilab.registries ?? [];
if (!registry) throw new Error('the package brings no registry');

const whole = (pattern: string, flags = 'u') => new RegExp(`^(?:${pattern})$`, flags);

describe('the manifest', () => {
  it('names the registry that the entry makes', () => {
    expect(plugin).toMatchObject({ $$type: '@ilab/plugin', apiVersion: 1 });
    expect(plugin.createRegistry?.(registry.source, testContext()).source).toBe(registry.source);
  });

  it.each(['instructlab', 'granite-7b-lab', 'Qwen2.5-0.5B_x', 'a'])('takes %s for a segment', (name) => {
    expect(name).toMatch(whole(registry.patterns.segment));
  });

  it.each(['', '..', 'a..b', '-a', 'a-', '.a', 'a.', 'a b', 'a/b', 'ä'])('does not take %j for a segment', (name) => {
    expect(name).not.toMatch(whole(registry.patterns.segment));
  });

  it.each(['main', 'v1.0', 'refs/pr/3', 'gptq-4bit-32g-actorder_True', '4.0bpw'])('takes %s for a version', (version) => {
    expect(version).toMatch(whole(registry.patterns.version));
  });

  it.each(['', 'a..b', '-x', '/x', 'x/', 'a//b', 'a b', 'a:b', 'a@b', 'a~1', 'a^'])('does not take %j for a version', (version) => {
    expect(version).not.toMatch(whole(registry.patterns.version));
  });

  it.each(['Q4_K_M', 'IQ2_XXS', 'F16', 'BF16', 'MXFP4', 'MXFP4_MOE', 'UD-Q4_K_XL', 'Q8_0', 'TQ1_0', 'NVFP4'])('takes %s for a quantisation', (text) => {
    expect(text).toMatch(whole(registry.selectorPattern ?? '', 'iu'));
  });

  it.each(['main', 'v1', '4.0bpw', 'q4', 'F17', 'gptq-4bit'])('does not take %s for a quantisation', (text) => {
    expect(text).not.toMatch(whole(registry.selectorPattern ?? '', 'iu'));
  });
});
