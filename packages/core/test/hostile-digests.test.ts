import { describe, expect, it } from 'vitest';
import { isDigest, parseDigest, parseReference } from '../src/index.ts';
import { digests } from './hostile.ts';
import { manifests } from './manifests.ts';

const refused = (code: string) => expect.objectContaining({ code });

describe('text where a digest should be', () => {
  it('there is enough of it', () => {
    expect(new Set(digests).size).toBeGreaterThanOrEqual(100);
  });

  it.each(digests)('%j is no digest', (text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(refused('E_REGISTRY'));
  });

  it.each(digests.filter((text) => text.includes(':') && !text.includes('#')))('a reference can’t hold %j', (text) => {
    expect(() => parseReference(`quay.io/acme/model@${text}`, { manifests })).toThrow(refused('E_BAD_REFERENCE'));
  });
});
