import { devNull } from 'node:os';
import { expect, it } from 'vitest';
import { takeLeadingOptions } from '../src/deprecation/leading-options.ts';

it.each<[readonly string[], Readonly<Record<string, string>>, readonly string[]]>([
  [['--config', 'other.yaml', 'model', 'list'], { ILAB_CONFIG: 'other.yaml' }, ['model', 'list']],
  [['--config=other.yaml', '-vv', 'model', 'list', '-v'], { ILAB_CONFIG: 'other.yaml', ILAB_DEBUG: '1' }, ['model', 'list', '-v']],
  [['--config', 'DEFAULT', 'config', 'show'], { ILAB_CONFIG: devNull }, ['config', 'show']],
  [['--verbose', 'model', 'list'], { ILAB_DEBUG: '1' }, ['model', 'list']],
  [['model', 'list', '--config', 'x'], {}, ['model', 'list', '--config', 'x']],
  [['-V'], {}, ['-V']],
  [['-video'], {}, ['-video']],
  [[], {}, []],
])('%j sets %j and leaves %j', (typed, variables, args) => {
  const taken = takeLeadingOptions(typed);
  expect(taken).toMatchObject({ variables, args });
  expect(taken.warnings).toHaveLength(Object.keys(variables).length);
});

it('one without its value is an error', () => {
  expect(() => takeLeadingOptions(['--config'])).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
});
