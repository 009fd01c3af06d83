import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnswerCache } from './answer-cache.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ilab-answers-'));
  mkdirSync(join(root, '.store'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const files = (): readonly string[] => readdirSync(join(root, '.store', 'answers'));

describe('the answer cache', () => {
  it('gives back what was put, to another process too', async () => {
    await createAnswerCache(root).put('tree org/name', '[{"path":"größe"}]\n');
    expect(await createAnswerCache(root).get('tree org/name')).toBe('[{"path":"größe"}]\n');
    expect(await createAnswerCache(root).get('tree org/other')).toBeUndefined();
  });

  it('takes the newer of two answers', async () => {
    const cache = createAnswerCache(root);
    await Promise.all([cache.put('a', '1'), cache.put('a', '2')]);
    await cache.put('a', '3');
    expect(await cache.get('a')).toBe('3');
    expect(files()).toHaveLength(1);
  });

  it('takes a file with another key, or none, for nothing', async () => {
    const cache = createAnswerCache(root);
    await cache.put('a', '1');
    for (const text of ['b\n1', 'a', '']) {
      writeFileSync(join(root, '.store', 'answers', files()[0] ?? ''), text);
      expect(await cache.get('a')).toBeUndefined();
    }
  });

  it('makes no store unless that is wanted, and fails never', async () => {
    const cache = createAnswerCache(join(root, 'none'));
    await cache.put('a', '1');
    expect(await cache.get('a')).toBeUndefined();
    expect(existsSync(join(root, 'none'))).toBe(false);
    await cache.put('a', '1', { wanted: true });
    expect(await cache.get('a')).toBe('1');
    writeFileSync(join(root, '.store', 'answers'), 'a file');
    await createAnswerCache(root).put('a', '1');
    expect(await createAnswerCache(root).get('a')).toBeUndefined();
  });

  it('forgets the oldest of too many, and keeps nothing that is too long', async () => {
    const cache = createAnswerCache(root);
    for (let index = 0; index < 205; index++) await cache.put(`key ${index}`, 'x');
    expect(files()).toHaveLength(200);
    expect(await cache.get('key 204')).toBe('x');
    await cache.put('long', 'x'.repeat(8 * 1024 * 1024 + 1));
    expect(await cache.get('long')).toBeUndefined();
  });
});
