import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isIlabError, parseReference } from '../src/index.ts';
import { manifests } from './manifests.ts';

interface Case {
  readonly input: string;
  readonly expect?: Record<string, string>;
  readonly error?: string;
}

const { cases } = JSON.parse(readFileSync(new URL('../vectors/references.json', import.meta.url), 'utf8')) as { cases: readonly Case[] };

test('there are vectors', () => {
  expect(cases.length).toBeGreaterThan(90);
});

cases.forEach((vector, index) => {
  const label = JSON.stringify(vector.input.length > 80 ? `${vector.input.slice(0, 80)}…` : vector.input);
  test(`reference ${index + 1}: ${label}`, () => {
    const read = () => parseReference(vector.input, { manifests });
    if (vector.expect) {
      expect(read()).toEqual({ input: vector.input, ...vector.expect });
    } else {
      expect(codeOf(read)).toBe(vector.error);
    }
  });
});

function codeOf(read: () => unknown): string {
  try {
    return `no error, but ${JSON.stringify(read())}`;
  } catch (error) {
    return isIlabError(error) ? error.code : String(error);
  }
}
