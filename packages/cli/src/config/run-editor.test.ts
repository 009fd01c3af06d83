import { expect, it } from 'vitest';
import { editorOf } from './run-editor.ts';

const linux = { env: {}, platform: 'linux', terminal: true } as const;

it.each([
  ['VISUAL before EDITOR', { ...linux, env: { VISUAL: 'code --wait', EDITOR: 'nano' } }, 'code --wait'],
  ['EDITOR without a terminal, too', { ...linux, env: { VISUAL: '', EDITOR: 'nano' }, terminal: false }, 'nano'],
  ['vi at a terminal', linux, 'vi'],
  ['what Windows has, in a window of its own', { ...linux, platform: 'win32', terminal: false } as const, 'notepad'],
])('takes %s', (_name, surroundings, editor) => {
  expect(editorOf(surroundings)).toBe(editor);
});

it('starts no vi where nobody can type', () => {
  expect(() => editorOf({ ...linux, terminal: false })).toThrow(expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('ilab config set') }));
});
