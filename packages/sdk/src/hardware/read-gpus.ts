import type { Gpu } from './hardware.ts';

const MOST = 64;

/** Lines of `nvidia-smi`: a name and MiB. */
export function readNvidia(output: string): readonly Gpu[] {
  return output
    .split('\n')
    .slice(0, MOST)
    .flatMap((line) => {
      const [, name, mebibytes] = /^(.{1,80}),\s*(\d{1,9})$/.exec(line.trim()) ?? [];
      return name === undefined ? [] : [{ name, memory: Number(mebibytes) * 1024 * 1024 }];
    });
}

/** JSON of `rocm-smi`: a card and its properties, bytes as text. */
export function readRocm(output: string): readonly Gpu[] {
  try {
    const cards: unknown = JSON.parse(output);
    if (typeof cards !== 'object' || cards === null) return [];
    return Object.entries(cards)
      .slice(0, MOST)
      .flatMap(([card, properties]) => {
        const told = new Map(Object.entries(Object(properties) as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), String(value)]));
        const memory = Number(told.get('vram total memory (b)'));
        return Number.isSafeInteger(memory) && memory > 0 ? [{ name: (told.get('card series') ?? told.get('card model') ?? card).slice(0, 80), memory }] : [];
      });
  } catch {
    return [];
  }
}
