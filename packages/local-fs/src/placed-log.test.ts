import { appendFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../test/temporary-store.ts';
import { createPlacedLog, type Placed } from './placed-log.ts';

const placed = (number: number): Placed => ({ sha256: String(number).padStart(64, '0'), path: `/store/“${number}”\n` });

describe('the log of what was placed', () => {
  it('tells what others appended since the last look, once', () => {
    const path = join(temporaryDirectory(), 'placed');
    const [reader, writer] = [createPlacedLog(path), createPlacedLog(path)];
    writer.append(placed(1));
    expect(reader.news()).toEqual([]);
    for (const number of [2, 3]) writer.append(placed(number));
    expect(reader.news()).toEqual([placed(2), placed(3)]);
    expect(reader.news()).toEqual([]);
  });

  it('starts with what is there when it was begun anew', () => {
    const path = join(temporaryDirectory(), 'placed');
    const [reader, writer] = [createPlacedLog(path), createPlacedLog(path)];
    for (const number of [1, 2]) writer.append(placed(number));
    reader.news();
    rmSync(path);
    writer.append(placed(3));
    expect(reader.news()).toEqual([placed(3)]);
  });

  it('is begun anew when it has become long', () => {
    const path = join(temporaryDirectory(), 'placed');
    writeFileSync(path, `${'x'.repeat(99)}\n`.repeat(20_000));
    const log = createPlacedLog(path);
    expect(log.news()).toEqual([]);
    log.append(placed(1));
    expect(statSync(path).size).toBeLessThan(1000);
    expect(log.news()).toEqual([placed(1)]);
  });

  it('passes over what is torn or of another form', () => {
    const path = join(temporaryDirectory(), 'placed');
    const log = createPlacedLog(path);
    log.news();
    appendFileSync(path, '{"sha256": 1}\n{"sha\nnull\n');
    log.append(placed(1));
    expect(log.news()).toEqual([placed(1)]);
  });

  it('minds neither a missing file nor one that can’t be written', () => {
    const log = createPlacedLog(join(temporaryDirectory(), 'no', 'placed'));
    log.append(placed(1));
    expect(log.news()).toEqual([]);
  });
});
