import { describe, expect, it } from 'vitest';
import { compareVersions, isIlabError, parseReference, quantisationOf, redact, selectFiles } from '../src/index.ts';
import { manifests } from './manifests.ts';

const GROWTH = 16;
/** Linear work grows by 16, quadratic by 256; in between is room for a busy machine. */
const BOUND = 64;
/** Below this, a clock measures itself. */
const FLOOR = 0.02;

/** The best of several takes, in milliseconds: what the work needs when nothing else gets in its way. */
function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let take = 0; take < 5; take++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return Math.max(best, FLOOR);
}

function expectLinear(work: (length: number) => () => void, length: number): void {
  fastest(work(length));
  expect(fastest(work(length * GROWTH)) / fastest(work(length))).toBeLessThan(BOUND);
}

function read(input: string): void {
  try {
    parseReference(input, { manifests });
  } catch (error) {
    if (!isIlabError(error)) throw error;
  }
}

describe('reading a reference takes time in proportion to it', () => {
  // What makes regular expressions go back: repetition, and something that does not fit at the end.
  const shapes: readonly (readonly [string, (length: number) => string])[] = [
    ['dashes', (length) => `quay.io/a${'-'.repeat(length)}!`],
    ['underscores', (length) => `quay.io/a${'_a'.repeat(length / 2)}!`],
    ['segments', (length) => `quay.io${'/a'.repeat(length / 2)}/`],
    ['a host’s labels', (length) => `${'a.'.repeat(length / 2)}!/x`],
    ['dots in a name', (length) => `org/${'a.'.repeat(length / 2)}`],
    ['a version', (length) => `org/name:${'a/'.repeat(length / 2)}`],
    ['quantisations', (length) => `org/name:Q4${'_K'.repeat(length / 2)}`],
    ['a selector', (length) => `org/name#${'a/'.repeat(length / 2)}..`],
    ['percent signs', (length) => `huggingface.co/org/name/${'%25'.repeat(length / 3)}%`],
    ['at signs', (length) => `org/name${'@a'.repeat(length / 2)}`],
    ['colons', (length) => `org/name${':a'.repeat(length / 2)}`],
  ];

  it.each(shapes)('%s', (_what, shape) => {
    // The longest reference that is read has 1,024 characters, so each is read often enough to be measured.
    const often = (length: number) => {
      const input = shape(length);
      return () => {
        for (let time = 0; time < 50; time++) read(input);
      };
    };
    expectLinear(often, 60);
  });

  it.each([...shapes, ['nothing but letters', (length) => 'a'.repeat(length)], ['a path', (length) => `/${'a/'.repeat(length / 2)}`]] as typeof shapes)(
    '%s, far beyond what is read',
    (_what, shape) => {
      expectLinear((length) => {
        const input = shape(length);
        return () => read(input);
      }, 60_000);
    },
  );
});

describe('other text of strangers takes time in proportion to it, too', () => {
  it.each([
    ['schemes, for redaction', (length: number) => redact('a://'.repeat(length / 4))],
    ['a scheme’s letters, for redaction', (length: number) => redact(`${'a'.repeat(length)}://${'b'.repeat(length)}`)],
    ['at signs, for redaction', (length: number) => redact(`https://${'a@'.repeat(length / 2)}`)],
    ['question marks, for redaction', (length: number) => redact('?token='.repeat(length / 7))],
    ['bearers, for redaction', (length: number) => redact('bearer '.repeat(length / 7))],
    ['a version', (length: number) => compareVersions(`1${'.1'.repeat(length / 2)}!`, `1${'-1'.repeat(length / 2)}`)],
    ['a shard’s name', (length: number) => quantisationOf(`${'-00001-of-00002'.repeat(length / 15)}.gguf`)],
    ['a quantisation’s name', (length: number) => quantisationOf(`${'-Q4_K_M'.repeat(length / 7)}!.gguf`)],
    ['a glob’s path', (length: number) => selectFiles([{ path: 'a'.repeat(length) }], '*a*a*a*a*a*a*a*a*b')],
    ['a glob', (length: number) => selectFiles([{ path: 'a'.repeat(30) }], `${'*a'.repeat(length / 2)}b`)],
  ])('%s', (_what, work) => {
    expectLinear((length) => () => void work(length), 2000);
  });
});
