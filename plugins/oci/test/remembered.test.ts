import type { AnswerCache } from '@ilab/plugin-api';
import { describe, expect, it } from 'vitest';
import { createRemembered } from '../src/upload/remembered.ts';

function memory(): AnswerCache & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { kept, get: async (key) => kept.get(key), put: async (key, answer) => void kept.set(key, answer) };
}

describe('what is remembered', () => {
  it('is one answer, for the next process, too', async () => {
    const answers = memory();
    const first = createRemembered(answers, 'k');
    await first.put('a', '1');
    await first.put('b', '2');
    expect(answers.kept.size).toBe(1);
    expect(await createRemembered(answers, 'k').get('b')).toBe('2');
    expect(await createRemembered(answers, 'other').get('b')).toBeUndefined();
  });

  it('is all there after uploads at once, also where an older write takes longer', async () => {
    const answers = memory();
    const put = async (key: string, answer: string): Promise<void> => {
      const isFirst = !answer.includes('"b"');
      for (let turn = 0; turn < (isFirst ? 20 : 1); turn++) await Promise.resolve();
      await answers.put(key, answer);
    };
    const facts = createRemembered({ get: answers.get, put }, 'k');
    await Promise.all([facts.put('a', '1'), facts.put('b', '2'), facts.put('c', '3')]);
    const later = createRemembered(answers, 'k');
    expect(await Promise.all(['a', 'b', 'c'].map((name) => later.get(name)))).toEqual(['1', '2', '3']);
  });

  it('can be forgotten, and is no more than so much', async () => {
    const answers = memory();
    const facts = createRemembered(answers, 'k');
    for (let count = 0; count < 2001; count++) await facts.put(`${count}`, 'x');
    await facts.put('7', '');
    const later = createRemembered(answers, 'k');
    expect(await later.get('0')).toBeUndefined();
    expect(await later.get('7')).toBeUndefined();
    expect(await later.get('2000')).toBe('x');
  });

  it('is nothing where what was kept is torn, or there is no place', async () => {
    const answers = memory();
    for (const torn of ['', '{', '{}', '[["a"]]', '[["a", 1]]', 'null']) {
      answers.kept.set('k', torn);
      expect(await createRemembered(answers, 'k').get('a')).toBeUndefined();
    }
    const nowhere = createRemembered(undefined, 'k');
    await nowhere.put('a', '1');
    expect(await nowhere.get('a')).toBe('1');
  });
});
