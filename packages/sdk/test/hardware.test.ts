import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readNvidia, readRocm } from '../src/hardware/read-gpus.ts';
import { detectHardware, suggestModels } from '../src/index.ts';

const GIB = 1024 ** 3;

describe('graphics processors', () => {
  it('are read from nvidia-smi, a line each', () => {
    expect(readNvidia('NVIDIA H100 80GB HBM3, 81559\nNVIDIA L4, 23034\n')).toEqual([
      { name: 'NVIDIA H100 80GB HBM3', memory: 81_559 * 1024 * 1024 },
      { name: 'NVIDIA L4', memory: 23_034 * 1024 * 1024 },
    ]);
  });

  it('are read from rocm-smi’s JSON', () => {
    const cards = {
      card0: { 'Card Series': 'AMD Instinct MI300X', 'VRAM Total Memory (B)': '206141652992', 'VRAM Total Used Memory (B)': '1' },
      system: { 'Driver version': '6.3' },
    };
    expect(readRocm(JSON.stringify(cards))).toEqual([{ name: 'AMD Instinct MI300X', memory: 206_141_652_992 }]);
  });

  it.each(['', 'No devices were found\n', 'NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.', 'x, -1', `${'n'.repeat(200)}, 5`])(
    'that are none are none: “%s”',
    (output) => {
      expect(readNvidia(output)).toEqual([]);
      expect(readRocm(output)).toEqual([]);
    },
  );

  it.each(['[]', 'null', '"x"', '{"card0": null}', '{"card0": {"VRAM Total Memory (B)": "1e400"}}'])('are not read from %s', (output) => {
    expect(readRocm(output)).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('are found by the tools on PATH; one that fails is as good as none', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'ilab-bin-'));
    onTestFinished(() => rmSync(bin, { recursive: true, force: true }));
    onTestFinished(() => void vi.unstubAllEnvs());
    writeFileSync(join(bin, 'nvidia-smi'), '#!/bin/sh\necho "NVIDIA L4, 23034"\n');
    writeFileSync(join(bin, 'rocm-smi'), '#!/bin/sh\necho "{"\nexit 1\n');
    for (const tool of ['nvidia-smi', 'rocm-smi']) chmodSync(join(bin, tool), 0o755);
    vi.stubEnv('PATH', bin);
    const { cores, memory, gpus } = await detectHardware();
    expect([gpus, cores > 0, memory > 0]).toEqual([[{ name: 'NVIDIA L4', memory: 23_034 * 1024 * 1024 }], true, true]);
  });
});

describe('the model to begin with', () => {
  const first = (memories: readonly number[], platform: string) =>
    suggestModels({ gpus: memories.map((memory) => ({ name: 'x', memory })) }, platform)[0]?.reference;

  it.each([
    ['is whole where GPUs have room', [24 * GIB], 'linux', 'instructlab/granite-7b-lab'],
    ['is whole where two have it together', [12 * GIB, 12 * GIB], 'linux', 'instructlab/granite-7b-lab'],
    ['is quantised on a small GPU', [8 * GIB], 'linux', 'instructlab/granite-7b-lab-GGUF:Q4_K_M'],
    ['is quantised without a GPU', [], 'linux', 'instructlab/granite-7b-lab-GGUF:Q4_K_M'],
    ['is quantised on Apple silicon', [64 * GIB], 'darwin', 'instructlab/granite-7b-lab-GGUF:Q4_K_M'],
  ])('%s', (_what, memories, platform, reference) => {
    expect(first(memories, platform)).toBe(reference);
  });
});
