import type { ModelRow } from '@ilab/sdk';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../src/present/filter.ts';
import { presentList } from '../src/present/list.ts';

const row = (name: string, more: Partial<ModelRow>): ModelRow => ({ name, ...more }) as ModelRow;
const ROWS = [
  row('quay.io/lab/granite', { version: 'v1.9', format: 'safetensors', size: 14_000_000_000, modified: '2026-05-01T10:00:00Z', revision: 'sha256:ab12' }),
  row('quay.io/lab/granite', { version: 'v1.10', format: 'gguf', size: 4_000_000_000, modified: '2026-06-01T10:00:00Z' }),
  row('huggingface.co/org/tiny', { version: 'main', format: 'gguf', size: 1_000_000, modified: '2025-01-01T00:00:00Z', base: 'org/large' }),
];

function kept(filter: string): readonly string[] {
  return ROWS.filter(parseFilter(filter)).map(({ version }) => version);
}

describe('a filter over rows', () => {
  it.each([
    ['size>1GB and format=gguf', ['v1.10']],
    ['size > 3.9 GB', ['v1.9', 'v1.10']],
    ['size<1MiB', ['main']],
    ['size=1MB', ['main']],
    ['size!=1000000', ['v1.9', 'v1.10']],
    ['FORMAT!=GGUF', ['v1.9']],
    ['version>v1.9 and name~quay.io/*', ['v1.10']],
    ['modified<2026-01-01', ['main']],
    ['modified~2026-0?-01*', ['v1.9', 'v1.10']],
    ['id~*ab12', ['v1.9']],
    ['base=org/large', ['main']],
    ['name~tiny', []],
    ['name~*.*.*/tiny', []],
  ])('%s keeps %j', (filter, versions) => {
    expect(kept(filter)).toEqual(versions);
  });

  it.each([
    ['', '“” is no comparison.'],
    ['size', '“size” is no comparison.'],
    ['size>', '“size>” is no comparison.'],
    ['size>big', '“>big” is no comparison with a size.'],
    ['size~1*', '“~1*” is no comparison with a size.'],
    ['colour=red', 'There is no column “colour”.'],
    ['name<z', '“name” has no order.'],
    ['size>1 and', '“>1 and” is no comparison with a size.'],
  ])('%s is refused with what is wrong', (filter, message) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ code: 'E_USAGE', message, hint: expect.stringContaining('Columns: name,') }));
  });
});

it('says so where nothing is left', () => {
  const nothing = { models: [], adapters: [], checkpoints: [], broken: [], offline: [], disk: { size: 5, unique: 5, shared: 0, repeated: 0 } };
  expect(presentList(nothing, { total: false, filtered: true })).toBe('No model here is like that.');
});
