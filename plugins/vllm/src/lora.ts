import type { EngineAdapter } from '@ilab/plugin-api';
import { readConfig } from './read-config.ts';

/** Ranks that vLLM takes as the highest (its `MaxLoRARanks`), and its default. */
const RANKS = [8, 16, 32, 64, 128, 256, 320, 512];
const DEFAULT_RANK = 16;

/** Options that load adapters, each under all of its names; none without adapters. */
export async function loraOptions(adapters: readonly EngineAdapter[]): Promise<Readonly<Record<string, readonly string[]>>> {
  if (adapters.length === 0) return {};
  // As JSON: in the other form neither name nor path may have a “=”.
  const modules = adapters.flatMap(({ names, path }) => names.map((name) => JSON.stringify({ name, path })));
  const configs = await Promise.all(adapters.map(({ path }) => readConfig(path, 'adapter_config.json')));
  const highest = Math.max(DEFAULT_RANK, ...configs.map(({ r }) => (Number.isSafeInteger(r) ? Number(r) : 0)));
  return {
    'enable-lora': [],
    'lora-modules': modules,
    'max-loras': [String(modules.length)],
    'max-lora-rank': [String(RANKS.find((rank) => rank >= highest) ?? highest)],
  };
}
