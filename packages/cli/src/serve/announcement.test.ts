import type { EnginePlan } from '@ilab/sdk';
import { expect, it } from 'vitest';
import { announcement } from './announcement.ts';

const plan = {
  names: ['hub/lora:1'],
  request: { model: { names: ['hub/a:1', 'a'], path: '/a', adapters: [{ names: ['hub/lora:1'], path: '/lora' }] } },
} as unknown as EnginePlan;

it('tells what was asked for first, and where each was loaded from', () => {
  expect(announcement({ url: 'http://127.0.0.1:8000' }, { plans: [plan], needsKey: true })).toEqual({
    url: 'http://127.0.0.1:8000',
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    needsKey: true,
    models: [
      { names: ['hub/lora:1'], paths: ['/a', '/lora'] },
      { names: ['hub/a:1', 'a'], paths: ['/a'] },
    ],
  });
});

it.each([
  ['http://0.0.0.0:8000', 'http://127.0.0.1:8000'],
  ['http://[::]:8000', 'http://[::1]:8000'],
  ['http://192.168.1.7:8000', 'http://192.168.1.7:8000'],
])('a server at %s is asked at %s', (url, reached) => {
  expect(announcement({ url }, { plans: [], needsKey: true }).url).toBe(reached);
});
