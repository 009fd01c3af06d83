import { isFilePath } from '@ilab/core';
import { expect, it } from 'vitest';
import { hostileNames, readVectors } from '../src/index.ts';

it('gives the names on which there is one verdict, and the core’s is that', () => {
  expect(hostileNames().length).toBeGreaterThan(100);
  for (const { name, refused = false } of hostileNames()) expect([name, isFilePath(name)]).toEqual([name, !refused]);
});

it.each(['references', 'resolution'] as const)('gives the cases of %s', (name) => {
  expect(readVectors(name)).toHaveProperty('cases');
});
