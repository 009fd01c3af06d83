import { expect, it } from 'vitest';
import { parseMessage } from './messages.ts';

it.each([
  ['progress', { done: 3, unit: 'steps' }, { type: 'progress', done: 3, unit: 'steps' }],
  ['progress', { done: 3, total: 4, unit: 'steps', label: 'train', more: 1 }, { type: 'progress', done: 3, total: 4, unit: 'steps', label: 'train' }],
  ['metric', { name: 'loss', value: -0.5, step: 7 }, { type: 'metric', name: 'loss', value: -0.5, step: 7 }],
  ['artifact', { kind: 'checkpoint', path: 'checkpoint-3', step: 3 }, { type: 'artifact', kind: 'checkpoint', path: 'checkpoint-3', step: 3 }],
  ['error', { message: 'no', code: 'E_USAGE' }, { type: 'error', code: 'E_USAGE', message: 'no', hint: '' }],
  ['error', { message: 'no', code: 'E_INTERNAL' }, { type: 'error', code: 'E_ENGINE', message: 'no', hint: '' }],
  ['result', { summary: { a: [1] } }, { type: 'result', summary: { a: [1] } }],
])('%s %j is taken', (type, fields, expected) => {
  expect(parseMessage(JSON.stringify({ v: 1, type, ...fields }))).toEqual(expected);
});

it.each([
  '',
  '[]',
  'null',
  '{"type": "metric", "name": "x", "value": 1}',
  '{"v": 1, "type": "progress", "done": -1, "unit": "x"}',
  '{"v": 1, "type": "progress", "done": 1e999, "unit": "x"}',
  '{"v": 1, "type": "metric", "name": "x", "value": NaN}',
  '{"v": 1, "type": "artifact", "kind": "program", "path": "x"}',
  '{"v": 1, "type": "artifact", "kind": "report", "path": "a/../../b"}',
  '{"v": 1, "type": "artifact", "kind": "report", "path": ".."}',
  '{"v": 1, "type": "artifact", "kind": "report", "path": ""}',
  '{"v": 1, "type": "artifact", "kind": "report", "path": "a\\u0000b"}',
  '{"v": 1, "type": "result", "summary": []}',
  '{"v": 1, "type": "error", "message": {}}',
])('%s is none', (line) => {
  expect(parseMessage(line)).toBeUndefined();
});

it('shortens what is long', () => {
  const message = parseMessage(JSON.stringify({ v: 1, type: 'error', message: 'x'.repeat(100_000) }));
  expect(message).toMatchObject({ message: 'x'.repeat(4096) });
});
