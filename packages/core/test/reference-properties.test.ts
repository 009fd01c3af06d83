import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES, formatReference, isIlabError, parseReference, type Reference, type ReferenceGrammar, type SourceManifest } from '../src/index.ts';
import { anyText, likelyReference } from './arbitraries.ts';
import { manifests } from './manifests.ts';

const bucket: SourceManifest = {
  source: 's3',
  schemes: ['s3'],
  hosts: ['s3.example'],
  defaultHost: 's3.example',
  depth: { min: 2, max: 3 },
  patterns: { segment: '[a-z0-9][a-z0-9._-]*', version: '[A-Za-z0-9]+' },
  defaultVersion: 'latest',
};
const grammars: readonly ReferenceGrammar[] = [
  { manifests },
  { manifests, registries: { 'hub.corp': { source: 'hf' } } },
  { manifests: [...manifests, bucket], registries: { 'localhost:5000': { source: 's3' } } },
];
const grammar = fc.constantFrom(...grammars);
const runs = { numRuns: 3000 };

/** What a reference names, without how it was written. */
function meaning({ input: _input, ...rest }: Reference): unknown {
  return rest;
}

function attempt(input: string, by: ReferenceGrammar): Reference | undefined {
  try {
    return parseReference(input, by);
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_BAD_REFERENCE') return undefined;
    throw error;
  }
}

describe('a canonical reference', () => {
  it('reads as what it was made from', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(likelyReference, anyText), grammar, (input, by) => {
        const reference = attempt(input, by);
        if (!reference || reference.kind === 'path') return;
        read++;
        expect(meaning(parseReference(reference.canonical, by))).toEqual(meaning(reference));
      }),
      { numRuns: 6000 },
    );
    // Else nothing was tried.
    expect(read).toBeGreaterThan(1000);
  });

  it('is what its parts are formatted to', () => {
    fc.assert(
      fc.property(likelyReference, grammar, (input, by) => {
        const reference = attempt(input, by);
        if (reference?.kind === 'remote') expect(formatReference(reference, by)).toBe(reference.canonical);
      }),
      runs,
    );
  });

  it('holds nothing that a terminal, a shell’s argument or a URL’s path would stumble over', () => {
    fc.assert(
      fc.property(anyText, grammar, (input, by) => {
        const reference = attempt(input, by);
        if (reference && reference.kind !== 'path') expect(reference.canonical).not.toMatch(/[\s\p{Cc}\p{Cf}\p{Cs}\\]|\/\.\.?(?:\/|$)|(?<!:)\/\//u);
      }),
      runs,
    );
  });

  it.each([
    [
      'a digest at a host that only the scheme tells',
      `hf://localhost:5000/org/name:Q4_K_M@sha256:${'a'.repeat(64)}`,
      `hf://localhost:5000/org/name@sha256:${'a'.repeat(64)}#Q4_K_M`,
    ],
    [
      'a version shaped like a quantisation, pinned',
      `hf://localhost:5000/org/name@Q4_K_M@sha256:${'a'.repeat(64)}`,
      `hf://localhost:5000/org/name@Q4_K_M@sha256:${'a'.repeat(64)}`,
    ],
    ['a version with a slash behind a short name', 'gpt2@refs/pr/3', 'gpt2@refs/pr/3'],
  ])('tells %s', (_what, input, canonical) => {
    const reference = parseReference(input, { manifests });
    expect(reference).toMatchObject({ canonical });
    expect(meaning(parseReference(canonical, { manifests }))).toEqual(meaning(reference));
  });

  it.each([
    ['a repository that its namespace makes too long', `docker.io/${'a'.repeat(255)}`],
    ['a version that the host makes too long', `org/name:${'a'.repeat(1010)}`],
  ])('is refused for %s', (_what, input) => {
    expect(() => parseReference(input, { manifests })).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE' }));
  });
});

describe('reading any text', () => {
  it('ends in a reference or in E_BAD_REFERENCE, with a place in what it shows', () => {
    fc.assert(
      fc.property(anyText, grammar, (input, by) => {
        try {
          expect(['path', 'remote', 'short', 'suffix']).toContain(parseReference(input, by).kind);
        } catch (error) {
          if (!isIlabError(error)) throw error;
          expect(Object.keys(EXIT_CODES)).toContain(error.code);
          expect(error).toMatchObject({ code: 'E_BAD_REFERENCE', exitCode: 2, hint: expect.stringMatching(/./) });
          if (!error.details) return;
          const { input: shown, position } = error.details as { input: string; position: number };
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(shown.length);
          expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        }
      }),
      runs,
    );
  });

  it('takes no invisible character anywhere', () => {
    const invisible = fc.constantFrom(
      ' ',
      '\t',
      '\n',
      '\0',
      '\u001b',
      '\u0085',
      '\u00a0',
      '\u00ad',
      '\u200b',
      '\u202e',
      '\u2066',
      '\u2028',
      '\ufeff',
      '\ud800',
    );
    fc.assert(
      fc.property(likelyReference, invisible, fc.nat(200), (reference, character, at) => {
        const index = Math.min(at, reference.length);
        expect(attempt(reference.slice(0, index) + character + reference.slice(index), { manifests })).toBeUndefined();
      }),
      runs,
    );
  });

  it.each(['%00', '%1B', '%E2%80%AE', '%20', '%0A', '%ED%A0%80', '%zz', '%'])('takes no %s where percent signs are decoded', (encoded) => {
    expect(attempt(`huggingface.co/org/name/a${encoded}b`, { manifests })).toBeUndefined();
    expect(attempt('huggingface.co/org/name/a%2Fb', { manifests })).toMatchObject({ version: 'a/b' });
  });

  it('takes nothing longer than a reference may be', () => {
    fc.assert(
      fc.property(likelyReference, fc.integer({ min: 1025, max: 200_000 }), (start, length) => {
        expect(attempt(start.padEnd(length, '/a'), { manifests })).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});

describe('a password in a reference', () => {
  const secret = 's3cr3t';

  it('is neither read nor repeated', () => {
    const inputs = fc
      .tuple(
        fc.constantFrom('', 'https://', 'http://', 'oci://', 'docker://', 'hf://', 's3://'),
        fc.constantFrom('', '/', '/org/name', '/a/b/c:v1', '#x', '?x=1'),
      )
      .map(([scheme, rest]) => `${scheme}user:${secret}@quay.io${rest}`);
    fc.assert(
      fc.property(inputs, (input) => {
        const caught = errorOf(() => parseReference(input, { manifests }));
        expect(caught).toMatchObject({ code: 'E_BAD_REFERENCE' });
        expect(everythingSaid(caught)).not.toContain(secret);
      }),
    );
  });

  it.each([`docker://AWS:${secret.repeat(300)}@registry.example/a/b`, `https://AWS:${secret.repeat(300)}@registry.example/a/b`])(
    'is not repeated when it is very long',
    (input) => {
      const caught = errorOf(() => parseReference(input, { manifests }));
      expect(caught).toMatchObject({ code: 'E_BAD_REFERENCE' });
      expect(everythingSaid(caught)).not.toContain(secret);
    },
  );
});

function errorOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

function everythingSaid(error: unknown): string {
  const { message, hint, details } = error as { message?: string; hint?: string; details?: unknown };
  return JSON.stringify({ message, hint, details });
}
