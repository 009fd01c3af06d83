/** What stands in an old option's place. */
export type Replacement =
  /** Another flag with the same value. */
  | {
      readonly flag: string;
      /** The command's argument says the same as the flag. */
      readonly orArgument?: true;
      /** Values that said “none”. */
      readonly none?: readonly string[];
      /** Given several times beside several of this option, each goes with one of them, after this character. */
      readonly goesWith?: { readonly option: string; readonly after: '@' | '#' };
      /** The value was a name, and the folder was called so: `{}` is the name. */
      readonly folder?: string;
    }
  /** The version in the value of a flag. */
  | { readonly versionOf: string }
  /** The scheme in the value of a flag, by what the old option said; the schemes that it went with. */
  | { readonly schemeOf: string; readonly oldSchemes: Readonly<Record<string, readonly string[]>> }
  /** A secret, which nobody should type: kept for this call, in the place of a variable. */
  | { readonly variable: 'HF_TOKEN' }
  /** Nothing: it is no longer needed. */
  | 'nothing';

/** An option of the old command line that still works. */
export interface DeprecatedOption {
  /** Words, separated by spaces. */
  readonly command: string;
  /** With its dashes. */
  readonly old: string;
  /** Its short form, of one letter or two, where it had one. */
  readonly short?: string;
  /** A switch has no value. */
  readonly takes: 'value' | 'nothing';
  readonly becomes: Replacement;
  /** What to say in its place, as it is told. */
  readonly say: string;
}

/** The release that no longer reads old spellings. */
export const REMOVED_IN = '2.0.0';

function renamed(command: string, old: string, flag: string, more: Partial<DeprecatedOption> = {}): DeprecatedOption {
  return { command, old, takes: 'value', becomes: { flag }, say: flag, ...more };
}

const TOKEN = { old: '--hf-token', takes: 'value', becomes: { variable: 'HF_TOKEN' }, say: '`ilab login huggingface.co`, or set HF_TOKEN' } as const;

/** Every old spelling: what reads them, warns, and writes the page of them, goes by this table. */
export const DEPRECATED_OPTIONS: readonly DeprecatedOption[] = [
  renamed('config init', '--model-path', '--model'),
  renamed('data generate', '--teacher-model-id', '--teacher-model'),
  renamed('data generate', '--student-model-id', '--student-model'),
  renamed('data generate', '-dt', '--detached', { takes: 'nothing' }),
  renamed('model chat', '--model-id', '--model'),
  renamed('model chat', '--retriever-embedding-model-path', '--embedding-model'),
  { command: 'model chat', old: '--quick-question', short: '-qq', takes: 'nothing', becomes: 'nothing', say: 'nothing: a question is asked once' },
  renamed('model chat', '--no-decoration', '--plain', { short: '-nd', takes: 'nothing' }),
  renamed('model convert', '--model-dir', '--model'),
  renamed('model convert', '--adapter-file', '--adapter'),
  renamed('model convert', '--model-name', '--destination', { becomes: { flag: '--destination', folder: './{}-trained' } }),
  renamed('model download', '--repository', '--model', { short: '-rp', becomes: { flag: '--model', orArgument: true }, say: 'the name as the argument' }),
  renamed('model download', '--release', '--revision', {
    short: '-rl',
    becomes: { flag: '--revision', goesWith: { option: '--repository', after: '@' } },
    say: 'the version after the name, as name:v1, or --revision',
  }),
  renamed('model download', '--filename', '--include', { becomes: { flag: '--include', goesWith: { option: '--repository', after: '#' } } }),
  renamed('model download', '--model-dir', '--destination'),
  { command: 'model download', ...TOKEN },
  renamed('model evaluate', '--base-model-id', '--base-model'),
  renamed('model evaluate', '--judge-model-id', '--judge-model'),
  renamed('model list', '--list-checkpoints', '--checkpoints', { takes: 'nothing' }),
  renamed('model list', '--model-dirs', '--store'),
  renamed('model remove', '--model-dir', '--store', { short: '-md' }),
  renamed('model remove', '--force', '--yes', { short: '-f', takes: 'nothing' }),
  renamed('model serve', '--model-path', '--model'),
  renamed('model serve', '--model-id', '--model'),
  renamed('model serve', '--max-ctx-size', '--context'),
  renamed('model serve', '--num-threads', '--threads'),
  { command: 'model serve', old: '--model-family', takes: 'value', becomes: 'nothing', say: 'nothing: the chat template comes with the model' },
  { command: 'model serve', old: '--log-file', takes: 'value', becomes: 'nothing', say: '2> FILE: what it does goes to standard error' },
  renamed('model test', '--model-dir', '--model'),
  renamed('model test', '--adapter-file', '--adapter', { becomes: { flag: '--adapter', none: ['auto', 'None'] } }),
  renamed('model train', '--model-path', '--model'),
  renamed('model train', '--model-id', '--model'),
  renamed('model train', '--gguf-model-path', '--model'),
  renamed('model train', '--tokenizer-dir', '--tokenizer'),
  renamed('model train', '--phased-mt-bench-judge', '--judge-model'),
  renamed('model train', '--ckpt-output-dir', '--destination'),
  { command: 'model train', old: '--local', takes: 'nothing', becomes: 'nothing', say: 'nothing: a path is known by its looks' },
  renamed('model upload', '-d', '--destination'),
  {
    command: 'model upload',
    old: '--release',
    short: '-rl',
    takes: 'value',
    becomes: { versionOf: '--destination' },
    say: 'the version in --destination, as name:v1',
  },
  {
    command: 'model upload',
    old: '--dest-type',
    takes: 'value',
    becomes: { schemeOf: '--destination', oldSchemes: { hf: [], oci: ['docker'], s3: [] } },
    say: 'the scheme in --destination, as oci://',
  },
  { command: 'model upload', ...TOKEN },
  renamed('rag ingest', '--embedding-model-path', '--embedding-model'),
];

/** Commands that are also called by their verb alone, as they once were. */
export const DEPRECATED_COMMANDS: Readonly<Record<string, string>> = {
  chat: 'model chat',
  generate: 'data generate',
  serve: 'model serve',
  train: 'model train',
};

/** The old options of a command, by its words or the verb that it was once called by. */
export function deprecatedOptionsOf(command: string): readonly DeprecatedOption[] {
  const words = DEPRECATED_COMMANDS[command] ?? command;
  return DEPRECATED_OPTIONS.filter((option) => option.command === words);
}
