import { describe, expect, it } from 'vitest';
import { modernise } from '../src/deprecation/modernise.ts';

const KNOWN = [
  { name: 'model', char: 'm', takesValue: true },
  { name: 'destination', takesValue: true },
  { name: 'message', takesValue: true },
  { name: 'quiet', char: 'q', takesValue: false },
  { name: 'include', takesValue: true },
];
const argv = (command: string, ...words: string[]): readonly string[] => modernise(command, words, KNOWN).argv;

describe('a command line in old words', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['model serve', ['--model-path', './m', '-q'], ['--model=./m', '-q']],
    ['model serve', ['--model-path=a=b'], ['--model=a=b']],
    ['model serve', ['--model-path', '--odd'], ['--model=--odd']],
    ['model serve', ['--message', '--model-path', 'x'], ['--message', '--model-path', 'x']],
    ['model serve', ['--', '--model-path', 'x'], ['--', '--model-path', 'x']],
    ['serve', ['--model-path', 'x'], ['--model=x']],
    ['model test', ['--adapter-file', 'None'], []],
    ['model test', ['--adapter-file', 'auto', '--model-dir', 'd'], ['--model=d']],
    ['model train', ['--local', '--model-path', '$& $1'], ['--model=$& $1']],
    ['model convert', ['--model-name', '$&'], ['--destination=./$&-trained']],
    ['model chat', ['--model-path', 'x'], ['--model-path', 'x']],
    ['model download', ['-rp', 'a/b', '-rl', 'v1', '--filename', 'x.gguf'], ['--model=a/b', '--revision=v1', '--include=x.gguf']],
    ['model download', ['--filename', 'x', '--filename', 'y', 'a/b'], ['--include=x', '--include=y', 'a/b']],
    ['model download', ['-rp', 'a/b', '-rp', 'c/d', '-rl', 'v1'], ['--model=a/b', '--model=c/d', '--revision=v1']],
    ['model download', ['-rp', 'a/b', '-rp', 'docker://h.io/c', '-rl', 'v1', '-rl', 'Q8_0'], ['--model=a/b@v1', '--model=docker://h.io/c@Q8_0']],
    ['model download', ['-rp', 'a/b', '-rp', 'c/d', '-rl', '1', '-rl', '2', '--filename', 'x', '--filename', 'y'], ['--model=a/b@1#x', '--model=c/d@2#y']],
    ['model upload', ['--destination', 'me/x', '--release', 'v1'], ['--destination=me/x@v1']],
    ['model upload', ['--dest-type', 'oci', '--destination', 'docker://h:5000/x', '-rl', 'v1'], ['--destination=docker://h:5000/x@v1']],
    ['model upload', ['--dest-type', 'hf', '--destination=me/x'], ['--destination=hf://me/x']],
    ['model upload', ['--dest-type', 'hf', '--destination', 'hub.corp/me/x'], ['--destination', 'hub.corp/me/x']],
    ['model upload', ['--dest-type', 's3', '--destination', 'bucket'], ['--destination=s3://bucket']],
  ])('%s %j', (command, words, today) => {
    expect(argv(command, ...words)).toEqual(today);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['model serve', ['--model-path', 'x', '-m', 'y'], /--model-path and --model say/],
    ['model serve', ['--model-path', 'x', '-my'], /--model-path and --model say/],
    ['model serve', ['--model-path', 'x', '--model-id', 'y'], /--model-path and --model-id say/],
    ['model serve', ['--model-path'], /needs a value/],
    ['model train', ['--local=yes'], /takes no value/],
    ['model download', ['-rp', 'a/b', 'c/d'], /--repository and the argument say/],
    ['model download', ['-rp', 'a/b', '-rp', 'c/d', '-rl', '1', '-rl', '2', '-rl', '3'], /--release is given 3 times, and --repository 2 times/],
    ['model upload', ['--destination', 'me/x:v2', '--release', 'v1'], /--release and the version in me\/x:v2 say/],
    ['model upload', ['--destination', 'hf://me/x@refs/pr/1', '--release', 'v1'], /say the same thing/],
    ['model upload', ['--destination', 'oci://h/x', '--dest-type', 'hf'], /--dest-type and the scheme in oci:\/\/h\/x say/],
    ['model upload', ['--destination', 'x', '--dest-type', 'ftp'], /hf, oci, s3, not “ftp”/],
  ])('%s %j is refused', (command, words, says) => {
    expect(() => argv(command, ...words)).toThrow(says);
  });

  it('keeps a token out of the words and the warnings', () => {
    const { token, ...rest } = modernise('model download', ['--hf-token', 'hf_secret', 'a/b'], KNOWN);
    expect(token).toBe('hf_secret');
    expect(JSON.stringify(rest)).not.toContain('hf_secret');
    expect(modernise('model download', ['--hf-token', '', 'a/b'], KNOWN)).toMatchObject({ argv: ['a/b'] });
    expect(modernise('model download', ['--hf-token='], KNOWN).token).toBeUndefined();
  });

  it('warns once for a spelling that is repeated, and of the command’s own', () => {
    expect(modernise('model list', ['--model-dirs', 'a', '--model-dirs', 'b'], KNOWN).warnings).toHaveLength(1);
    expect(modernise('train', ['--local'], KNOWN).warnings).toEqual([
      expect.stringMatching(/^ilab train is deprecated.*say ilab model train\.$/),
      expect.stringMatching(/^--local is deprecated/),
    ]);
  });

  it('is left alone where nothing in it is old', () => {
    const words = ['--model', 'x', '-q', '--unknown', 'y'];
    expect(modernise('model serve', words, KNOWN)).toEqual({ argv: words, warnings: [] });
  });
});
