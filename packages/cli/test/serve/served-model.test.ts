import type { ResolvedModel, RunningServer, Setting } from '@ilab/sdk';
import { describe, expect, it } from 'vitest';
import { foundAmong, namedAmong } from '../../src/serve/served-model.ts';

const server = (port: number, ...models: RunningServer['models']): RunningServer => ({ url: `http://127.0.0.1:${port}`, since: '', needsKey: false, models });
const BASE = { names: ['hub/a:1', 'a'], paths: ['/a'] };
const LORA = { names: ['hub/lora:1'], paths: ['/a', '/lora'] };
const SERVERS = [server(1, LORA, BASE), server(2, { names: ['hub/b:1'], paths: ['/b'] })];

function found(models: Readonly<Record<string, readonly [reference: string, path: string]>>): Parameters<typeof foundAmong>[1] {
  return new Map(Object.entries(models).map(([role, [reference, path]]) => [role, { reference, path, steps: [] } as unknown as ResolvedModel]));
}

describe('a server is joined for what was found', () => {
  it.each([
    ['the model', { model: ['hub/a:1', '/a'] }, 'hub/a:1', 1],
    ['another server’s', { model: ['hub/b:1', '/b'] }, 'hub/b:1', 2],
    ['an adapter on it', { model: ['hub/a:1', '/a'], adapter: ['hub/lora:1', '/lora'] }, 'hub/lora:1', 1],
    ['an adapter that brings its base', { model: ['hub/lora:1', '/lora'], base: ['hub/a:1', '/a'] }, 'hub/lora:1', 1],
  ] as const)('%s', (_what, models, name, port) => {
    expect(foundAmong(SERVERS, found(models))).toMatchObject({ name, server: { url: `http://127.0.0.1:${port}` } });
  });

  it.each([
    ['another model', { model: ['hub/c:1', '/c'] }],
    ['another name of the same file', { model: ['hub/a:latest', '/a'] }],
    ['a name that has moved since', { model: ['hub/a:1', '/a-of-today'] }],
    ['another adapter', { model: ['hub/a:1', '/a'], adapter: ['hub/other:1', '/other'] }],
    ['the adapter on another model', { model: ['hub/b:1', '/b'], adapter: ['hub/lora:1', '/lora'] }],
  ] as const)('and not for %s', (_what, models) => {
    expect(foundAmong(SERVERS, found(models))).toBeUndefined();
  });
});

describe('a server is joined before anything is looked for', () => {
  const nobody = { model: undefined, adapter: undefined, endpoint: undefined, setting: undefined };
  const setting = (origin: string) => ({ key: 'chat.model', value: 'x', origin }) as Setting;

  it('where nobody has chosen: the youngest, and what it was asked to serve', () => {
    for (const unset of [undefined, setting('default')]) expect(namedAmong(SERVERS, { ...nobody, setting: unset })).toMatchObject({ name: 'hub/lora:1' });
    expect(namedAmong([], nobody)).toBeUndefined();
  });

  it('and not where somebody has', () => {
    for (const chosen of [{ model: 'a' }, { adapter: 'hub/lora:1' }, { setting: setting('file /c.yaml') }]) {
      expect(namedAmong(SERVERS, { ...nobody, ...chosen })).toBeUndefined();
    }
  });

  it('at its address, by any of its names', () => {
    const at = (endpoint: string, model: string) => namedAmong(SERVERS, { ...nobody, endpoint, model })?.name;
    expect([at('http://127.0.0.1:1/v1', 'a'), at('http://127.0.0.1:1', 'hub/lora:1')]).toEqual(['a', 'hub/lora:1']);
    expect([at('http://127.0.0.1:1/v1', 'hub/b:1'), at('http://127.0.0.1:3/v1', 'a'), at('https://127.0.0.1:1/v1', 'a'), at('nonsense', 'a')]).toEqual(
      Array(4).fill(undefined),
    );
  });
});
