import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../src/index.ts';
import { checkBlobSize, habitsOf } from '../src/remote/upload/upload-rules.ts';

describe('the largest blob', () => {
  const blob = (size: number): Descriptor => ({ mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size, annotations: {} });

  it.each([
    ['ghcr.io', 10 * 1024 ** 3],
    ['public.ecr.aws', 10_000 * 1024 ** 2],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 52_000 * 1024 ** 2],
  ])('of %s is known beforehand', (host, largest) => {
    expect(() => checkBlobSize(host, blob(largest))).not.toThrow();
    expect(() => checkBlobSize(host, blob(largest + 1))).toThrow(
      expect.objectContaining({ code: 'E_REGISTRY', message: expect.stringContaining('no blob larger') }),
    );
  });

  it.each(['quay.io', 'ghcr.io.example', 'localhost:5000'])('of %s is not', (host) => {
    expect(() => checkBlobSize(host, blob(2 ** 50))).not.toThrow();
  });
});

describe('chunks', () => {
  it.each([
    ['ghcr.io', false],
    ['europe-docker.pkg.dev', false],
    ['eu.gcr.io', false],
    ['gcr.io', false],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', false],
    ['quay.io', true],
    ['docker.io', true],
    ['ghcr.io.example', true],
    ['localhost:5000', true],
  ])('are tried at %s: %s', (host, chunks) => {
    expect(habitsOf(host).chunks).toBe(chunks);
  });
});
