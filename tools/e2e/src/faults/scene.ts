import { type Contents, type Hub, startHub } from '@ilab/hub';
import { type CountingMeter, createMeter, type Meter, meteredSnapshot, sizeOf } from './metered-model.ts';

export const full: boolean = process.env['ILAB_TEST_FULL'] === '1';

/** A hub with one model whose bytes are counted. */
export interface Scene {
  readonly reference: string;
  readonly size: number;
  readonly meter: Meter;
  /** What a sudden end may cost: a twentieth, and one chunk for each of its connections (one a file). */
  readonly allowance: number;
  readonly host: string;
  close(): Promise<void>;
}

/** Bytes of a chunk: what a connection brings between two entries of the journal. */
const CHUNK = 1024 * 1024;

/** @param port the same for two scenes, one after the other, that are one name which moves */
export async function createScene(contents: Contents, { port }: { readonly port?: number } = {}): Promise<Scene> {
  const meter: CountingMeter = createMeter();
  const models = [{ repository: 'acme/model', versions: new Map([['v1', meteredSnapshot(contents, meter)]]) }];
  const hub: Hub = await startHub({ models, ...(port !== undefined && { port }) });
  const size = sizeOf(contents);
  return {
    reference: `${hub.host}/acme/model:v1`,
    size,
    meter,
    allowance: Math.round(size * 0.05) + Object.keys(contents).length * CHUNK,
    host: hub.host,
    close: () => hub.close(),
  };
}

/** So many of a list, evenly spread. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)] as T);
}

/** So many items, every one as often as another. */
export function repeated<T>(points: readonly T[], count: number): readonly T[] {
  if (points.length >= count) return spread(points, count);
  return Array.from({ length: count }, (_, index) => points[index % points.length] as T);
}

/** Runs an action for every item, on several scenes at once. */
export async function forEachOn<S, T>(scenes: readonly S[], items: readonly T[], action: (scene: S, item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    scenes.map(async (scene) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await action(scene, item);
    }),
  );
}

/** The full set's figures are for whoever reads its output. */
export function tell(what: string, figures: Readonly<Record<string, unknown>>): void {
  if (full) process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}
