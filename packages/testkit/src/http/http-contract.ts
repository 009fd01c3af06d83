import type { Http } from '@ilab/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../collect.ts';
import { endingOf, isEnd, soonAborted } from '../ending.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';

const PATIENCE = 20_000;
/** What may be under way when an answer is given up, in bytes. */
const UNDER_WAY = 16 * 1024 * 1024;

/** What every client that is handed to adapters promises, see the port `Http`. */
export function httpContract(make: () => Http): void {
  describe('the http contract', { timeout: PATIENCE }, () => {
    let server: FaultServer;
    beforeEach(async () => {
      server = await startFaultServer();
    });
    afterEach(() => server[Symbol.asyncDispose]());

    answersContract(make, () => server);
    faultsContract(make, () => server);
  });
}

function answersContract(make: () => Http, server: () => FaultServer): void {
  it('brings an answer with its headers, as bytes, text and JSON', async () => {
    const { content, url } = server();
    const answer = await make().request({ url: `${url}/right` }, {});
    expect(answer).toMatchObject({ status: 200, url: `${url}/right`, headers: { 'x-two': 'a, b', 'content-length': String(content.length) } });
    expect(Buffer.from(answer.body)).toEqual(content);
    expect([answer.text(), answer.json()]).toEqual([content.toString(), { right: true }]);
  });

  it('sends method, headers and body, also one that is opened', async () => {
    const http = make();
    const open = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.from('by ');
      yield Buffer.from('pieces');
    };
    await http.request({ url: `${server().url}/right`, method: 'PUT', headers: { 'X-Mine': '1' }, body: 'whole' }, {});
    await http.request({ url: `${server().url}/right`, method: 'POST', body: { size: 9, open } }, {});
    expect(server().requests.map(({ body }) => body)).toEqual(['whole', 'by pieces']);
    expect(server().requests[0]?.headers['x-mine']).toBe('1');
  });

  it.each([400, 401, 403, 404, 409])('gives %i back like any other answer', async (status) => {
    expect(await make().request({ url: `${server().url}/status/${status}` }, {})).toMatchObject({ status });
  });

  it('follows redirects, and takes no credential to another origin', async () => {
    const headers = { authorization: 'Bearer secret', cookie: 'secret' };
    const answer = await make().request({ url: `${server().url}/elsewhere`, headers }, {});
    expect(answer.status).toBe(200);
    expect(answer.url).not.toContain(server().url);
    const [first, second] = server().requests;
    expect(first?.headers).toMatchObject(headers);
    expect(second?.elsewhere).toBe(true);
    expect(JSON.stringify(second?.headers)).not.toContain('secret');
  });

  it('gives a redirect back where it is told to', async () => {
    expect(await make().request({ url: `${server().url}/elsewhere`, redirect: 'manual' }, {})).toMatchObject({
      status: 302,
      headers: { location: expect.any(String) },
    });
    expect(server().requests).toHaveLength(1);
  });

  it('streams what is too large to hold, and stops when it is told to', async () => {
    const http = make();
    const { body } = await http.stream({ url: `${server().url}/right` }, {});
    expect(Buffer.concat(await collect(body))).toEqual(server().content);
    const endless = await http.stream({ url: `${server().url}/endless` }, {});
    for await (const _part of endless.body) break;
    await endless.cancel();
    expect(server().sent()).toBeLessThan(UNDER_WAY);
  });
}

function faultsContract(make: () => Http, server: () => FaultServer): void {
  it.each<readonly [string, string, string]>([
    ['breaks off', 'truncated', 'E_NETWORK'],
    ['ends the connection', 'reset', 'E_NETWORK'],
    ['goes in a circle', 'circle', 'E_REGISTRY|E_NETWORK'],
    ['has a gigabyte', 'endless', 'E_REGISTRY'],
  ])('throws an error of its own where an answer %s', async (_what, path, codes) => {
    const ending = await endingOf(make().request({ url: `${server().url}/${path}`, maxBytes: 1024 * 1024, once: true }, {}), PATIENCE);
    expect(ending).toMatchObject({ how: 'threw', error: { name: 'IlabError', code: expect.stringMatching(`^(?:${codes})$`) } });
    expect(server().sent()).toBeLessThan(UNDER_WAY);
  });

  it('says of what is no JSON that it is none', async () => {
    const answer = await make().request({ url: `${server().url}/text` }, {});
    expect(() => answer.json()).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
  });

  it('says who can’t be reached', async () => {
    const { url } = server();
    await server()[Symbol.asyncDispose]();
    const ending = await endingOf(make().request({ url: `${url}/right`, once: true }, {}), PATIENCE);
    expect(ending).toMatchObject({ how: 'threw', error: { code: 'E_NETWORK', message: expect.stringContaining(new URL(url).host) } });
  });

  it('never ends a stream early without an error', async () => {
    const { body } = await make().stream({ url: `${server().url}/truncated` }, {});
    expect(await endingOf(collect(body), PATIENCE)).toMatchObject({ how: 'threw', error: { code: 'E_NETWORK' } });
  });

  it.each(['hang', 'stalled'])('ends within a second of its signal where a server does not: %s', async (path) => {
    const ending = await endingOf(make().request({ url: `${server().url}/${path}` }, { signal: soonAborted() }));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
  });

  it('asks nothing under a signal that was aborted before', async () => {
    const ending = await endingOf(make().request({ url: `${server().url}/right` }, { signal: AbortSignal.abort() }));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
    expect(server().requests).toEqual([]);
  });
}
