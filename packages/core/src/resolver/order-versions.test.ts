import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderVersions } from './order-versions.ts';

const names = (...given: readonly (string | { readonly name: string; readonly created?: string })[]): readonly string[] =>
  orderVersions(given.map((one) => (typeof one === 'string' ? { name: one } : one))).map(({ name }) => name);

it('numbered versions descend, pre-releases below their release, and what stands for the current one comes before them', () => {
  expect(names('1.9', 'v1.10', '1.10-rc1', 'nightly', '1.10-rc2', 'latest', '2.0', '1.9-1728663941', 'alpha', 'main')).toEqual([
    'latest',
    'main',
    '2.0',
    'v1.10',
    '1.10-rc2',
    '1.10-rc1',
    '1.9-1728663941',
    '1.9',
    'alpha',
    'nightly',
  ]);
});

it('names without a number follow by age, and those whose age is not known by name', () => {
  const old = { name: 'b', created: '2025-01-01T00:00:00Z' };
  const young = { name: 'a-2', created: '2026-01-01T00:00:00Z' };
  expect(names('run-10', old, 'run-9', young, '1.0')).toEqual(['1.0', 'a-2', 'b', 'run-9', 'run-10']);
});

it('the registry’s own default comes first of all', () => {
  expect(orderVersions([{ name: 'latest' }, { name: 'main' }], { defaultVersion: 'main' }).map(({ name }) => name)).toEqual(['main', 'latest']);
});

it('the order does not depend on the registry’s', () => {
  const name = fc.oneof(fc.constantFrom('latest', 'main', 'v1', '1.0', '1.1-rc1', '1.1', '1.1-7', 'b', 'a10', 'a9'), fc.string({ minLength: 1, maxLength: 6 }));
  const listed = fc.uniqueArray(fc.record({ name, created: fc.constantFrom(undefined, '2025-01-01', '2026-01-01') }), { selector: (one) => one.name });
  fc.assert(
    fc.property(listed, fc.infiniteStream(fc.nat(1000)), (given, numbers) => {
      const plain = given.map(({ name: one, created }) => ({ name: one, ...(created !== undefined && { created }) }));
      const shuffled = plain.map((one) => ({ one, at: numbers.next().value ?? 0 })).sort((a, b) => a.at - b.at);
      const order = (list: typeof plain): readonly string[] => orderVersions(list).map((one) => key(one.name));
      expect(order(shuffled.map(({ one }) => one))).toEqual(order(plain));
    }),
  );
});

/** Names that are the same number are as good as each other. */
function key(name: string): string {
  return name.replace(/^v(?=\d)/, '').replace(/(\.0+)+$/, '');
}
