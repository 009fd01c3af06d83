import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { convertAdapter } from '../src/index.ts';
import { ADAPTER, DIRECT, MODEL, openScene, readWritten } from './scene.ts';

describe('an adapter', () => {
  it('is what another program wrote of the same weights', async () => {
    await using scene = await openScene();
    await convertAdapter({ directory: ADAPTER, base: MODEL, destination: scene.destination });
    const [ours, theirs] = [await readWritten(scene.destination), await readWritten(DIRECT.adapter)];
    expect(ours.header.metadata).toEqual(theirs.header.metadata);
    expect([...ours.tensors.keys()].sort()).toEqual([...theirs.tensors.keys()].sort());
    for (const [name, bytes] of ours.tensors) expect(bytes.equals(theirs.tensors.get(name) ?? Buffer.alloc(0)), name).toBe(true);
  });

  it.each<[string, object, RegExp]>([
    ['of another kind', { peft_type: 'IA3' }, /no LoRA/],
    ['with DoRA', { use_dora: true }, /use_dora/],
    ['with ranks of their own', { rank_pattern: { q_proj: 4 } }, /rank_pattern/],
    ['with a rank that its tensors have not', { r: 4 }, / × /],
    ['with biases', { bias: 'all' }, /bias/],
    ['with whole modules', { modules_to_save: ['lm_head'] }, /modules_to_save/],
    ['without a scale', { lora_alpha: null }, /lora_alpha/],
  ])('%s is refused', async (_what, change, reason) => {
    await using scene = await openScene();
    await scene.change('adapter_config.json', (json) => Object.assign(json, change));
    await expect(convertAdapter({ directory: scene.adapter, base: scene.model, destination: scene.destination })).rejects.toMatchObject({
      code: 'E_NOT_A_MODEL',
      message: expect.stringMatching(reason),
    });
    await expect(readFile(scene.destination)).rejects.toThrow('ENOENT');
  });

  it('of a model of another shape is refused', async () => {
    await using scene = await openScene();
    await scene.change('config.json', (json) => Object.assign(json, { num_key_value_heads: 2 }));
    await expect(convertAdapter({ directory: scene.adapter, base: scene.model, destination: scene.destination })).rejects.toMatchObject({
      message: expect.stringMatching(/k_proj/),
    });
  });
});
