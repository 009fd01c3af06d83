import type { AnswerCache } from '@ilab/plugin-api';

/** Small facts by name, kept between runs. */
export interface Remembered {
  get(name: string): Promise<string | undefined>;
  /** @param fact `''`: forget it */
  put(name: string, fact: string): Promise<void>;
}

/** More are not kept: the oldest go. */
const MOST = 2000;

/** Facts that are one answer of the cache together, since of answers it keeps few. Two processes at once may lose some, and no harm is done. */
export function createRemembered(answers: AnswerCache | undefined, key: string): Remembered {
  let facts: Promise<Map<string, string>> | undefined;
  const read = async (): Promise<Map<string, string>> => new Map(parse(await answers?.get(key)));
  const known = (): Promise<Map<string, string>> => {
    facts ??= read();
    return facts;
  };
  // One after the other, each with all that is known then: of writes at once an older one may end last, and forget what the newer knew.
  let written: Promise<void> = Promise.resolve();
  const write = (now: ReadonlyMap<string, string>): Promise<void> => {
    written = written.catch(() => undefined).then(() => answers?.put(key, JSON.stringify([...now])));
    return written;
  };
  return {
    async get(name) {
      return (await known()).get(name);
    },
    async put(name, fact) {
      const now = await known();
      if ((now.get(name) ?? '') === fact) return;
      now.delete(name);
      if (fact !== '') now.set(name, fact);
      for (const oldest of now.keys()) {
        if (now.size <= MOST) break;
        now.delete(oldest);
      }
      await write(now);
    },
  };
}

function parse(text: string | undefined): readonly (readonly [string, string])[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isPair) : [];
  } catch {
    return [];
  }
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string');
}
