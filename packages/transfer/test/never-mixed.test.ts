import { createHash, randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isIlabError } from '@ilab/core';
import { expect, it, vi } from 'vitest';
import type { Answer } from './fault-server.ts';
import { cut, lie, ordinary, spoil, stall, status, wholeOnly } from './faults.ts';
import { openScene, type Scene } from './scene.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

/** Each is by chance; the full run has five times as many. */
const TRIES = process.env['ILAB_TEST_FULL'] === '1' ? 500 : 100;
const SIZE = 300_017;
/** What the server has after the file was changed: as long as before, and no byte the same. */
const OTHER = (content: Buffer): Buffer => Buffer.from(content.map((byte) => byte ^ 0xff));

/** One way to answer a range wrongly, or rightly and with the wrong bytes, or to break off. */
function anyAnswer(other: Buffer): Answer {
  const at = randomInt(SIZE);
  const ofOther =
    (answer: Answer): Answer =>
    (exchange) =>
      answer({ ...exchange, content: other });
  const etag = ['"one"', '"two"', 'W/"one"', ''][randomInt(4)] ?? '';
  const ways: readonly Answer[] = [
    cut(at),
    cut(at, 'rst'),
    stall(at),
    spoil(at),
    ofOther(cut(at)),
    ofOther(cut(at, 'rst')),
    ofOther(ordinary({ etag })),
    ofOther(wholeOnly()),
    ofOther(wholeOnly({ at })),
    wholeOnly(),
    wholeOnly({ at }),
    ordinary({ etag }),
    ordinary({ 'content-range': `bytes ${at}-${SIZE - 1}/${SIZE}` }),
    ordinary({ 'content-range': `bytes 0-${at}/${SIZE}` }),
    ordinary({ 'content-range': `bytes 0-${SIZE - 1}/${SIZE + 1}` }),
    ordinary({ 'content-range': 'nonsense' }),
    status(416, { 'content-range': `bytes */${at}` }),
    (exchange) => lie(206, { 'content-range': `bytes 0-${SIZE - 1}/${SIZE}`, 'content-length': String(SIZE) }, exchange.content)(exchange),
    (exchange) => lie(200, {}, exchange.content.subarray(0, at))(exchange),
    (exchange) => lie(206, { 'content-length': String(SIZE) }, Buffer.concat([exchange.content.subarray(at), other.subarray(0, at)]))(exchange),
  ];
  return ways[randomInt(ways.length)] ?? ordinary();
}

/** @returns what came of a try: nothing but the file, whole, or an error and no file that could be taken for it */
async function attempt(scene: Scene): Promise<'whole' | 'refused'> {
  try {
    await scene.fetch({ options: { stallAfter: 100 } });
    expect(scene.isWhole()).toBe(true);
    return 'whole';
  } catch (error) {
    if (!isIlabError(error)) throw error;
    expect(error.code).toMatch(/^E_(INTEGRITY|REGISTRY|NETWORK)$/);
    return 'refused';
  }
}

it(`a file that changes while it is fetched, or is told wrongly about, is never mixed: ${TRIES} tries`, { timeout: 180_000 }, async () => {
  await using scene = await openScene({ size: SIZE });
  const other = OTHER(scene.content);
  const count = { whole: 0, refused: 0 };
  for (let index = 0; index < TRIES; index++) {
    const answers = Array.from({ length: 1 + randomInt(4) }, () => anyAnswer(other));
    // At the end it is the file, or has become the other one for good.
    const last = randomInt(2) === 0 ? ordinary() : ordinary({ etag: '"two"' });
    const isOther = randomInt(3) === 0;
    scene.server.next(...answers);
    scene.server.always(isOther ? (exchange) => last({ ...exchange, content: other }) : last);
    count[await attempt(scene)]++;
    // Whatever was left, an honest server completes it.
    scene.server.drop();
    scene.server.always(ordinary());
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
    rmSync(scene.target);
  }
  expect(count.whole + count.refused).toBe(TRIES);
  expect(count.whole).toBeGreaterThan(TRIES / 10);
  expect(count.refused).toBeGreaterThan(TRIES / 10);
});

it('the other content is refused by its hash alone, too', async () => {
  await using scene = await openScene({ size: SIZE });
  const bytes = randomBytes(SIZE);
  scene.server.always((exchange) => ordinary()({ ...exchange, content: bytes }));
  const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_INTEGRITY', details: { actual } });
  expect(existsSync(scene.target) && readFileSync(scene.target)).toBe(false);
});
