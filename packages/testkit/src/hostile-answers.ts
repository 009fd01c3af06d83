import type { RemoteSnapshot } from '@ilab/core';
import type { Spoil, SpoiledAnswer } from './http/spoiled-http.ts';

/** What a server may call a file, and nobody may write to. */
export const PATHS: readonly string[] = ['../../x', '/etc/passwd', 'a/../../x', 'a//b', '.', 'a\\..\\b', 'a\u0000b', 'a\nb', '\u001b[2J', 'x'.repeat(2000)];
export const DIGESTS: readonly string[] = ['abc', '../../x', 'z'.repeat(64), ''];
/** As they stand in JSON. */
export const SIZES: readonly string[] = ['-1', '1.5', '1e300', '"1"', 'null'];
/** Bodies of answers that are none. */
export const NONSENSE: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['null', 'null'],
  ['an empty list', '[]'],
  ['an empty object', '{}'],
  ['a number', '7'],
  ['a page to sign in at', '<!doctype html><title>Sign in</title>'],
  ['a list in fifty thousand lists', '['.repeat(50_000) + ']'.repeat(50_000)],
  ['half an answer', '{"a":'],
];
/** Another host, which nothing of the user's may go to. */
export const ELSEWHERE = 'https://elsewhere.invalid';

/** Calls the files by another name, wherever the server names one. */
export function withPaths(honest: RemoteSnapshot, path: string): Spoil {
  return replacing(
    honest.files.map((file) => file.path),
    path,
  );
}

/** Gives the blobs other hashes. */
export function withDigests(honest: RemoteSnapshot, digest: string): Spoil {
  return replacing(
    honest.files.map(({ blob }) => blob.digest.slice(blob.digest.indexOf(':') + 1)),
    digest,
  );
}

/** Gives the blobs other sizes, where they stand as numbers. */
export function withSizes(honest: RemoteSnapshot, size: string): Spoil {
  const sizes = [...new Set(honest.files.map(({ blob }) => blob.size))].join('|');
  const pattern = new RegExp(`(?<=[:\\s>"])(?:${sizes})(?=[,}\\s<"])`, 'g');
  return (answer) => ({ ...answer, text: answer.text.replace(pattern, size) });
}

/** Has every address lead elsewhere, and more to be had there. */
export function leadingElsewhere(): Spoil {
  return (answer, { url }) => {
    const { origin } = new URL(url);
    const move = (text: string): string => text.replaceAll(origin, ELSEWHERE);
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, move(value)]));
    return { status: answer.status, headers: { ...headers, link: `<${ELSEWHERE}/next>; rel="next"` }, text: move(answer.text) };
  };
}

/** The words of an answer in another's place; as JSON has them, which is as XML and plain text have them here. */
function replacing(words: readonly string[], by: string): Spoil {
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  // Short ones are part of too many others; the longest first, since one may begin with another.
  const long = words.filter((word) => word.length > 3).toSorted((one, other) => other.length - one.length);
  return (answer): SpoiledAnswer => ({ ...answer, text: long.reduce((text, word) => text.replaceAll(inJson(word), () => inJson(by)), answer.text) });
}
