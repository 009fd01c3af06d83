import { DEPRECATED_OPTIONS, type DeprecatedOption } from '../src/deprecation/options.ts';
import type { OldWorld } from './deprecated-world.ts';

/** One meaning, in an old spelling and in today’s. */
export interface OldCase {
  readonly option: DeprecatedOption;
  readonly spelling: string;
  readonly value: (world: OldWorld) => string;
  /** What stands beside the option, however it is spelled. */
  readonly beside: (world: OldWorld) => readonly string[];
  /** The words that say the same today. */
  readonly today: (world: OldWorld, value: string) => readonly string[];
  /** What of `beside` today’s spelling replaces. */
  readonly todayBeside?: (world: OldWorld) => readonly string[];
}

type Sample = Omit<OldCase, 'option' | 'spelling'>;

/** The value of every old option that has one, and what stands beside it; written out, so that the table is held to something. */
const SAMPLES: Readonly<Record<string, Partial<Sample>>> = {
  'config init --model-path': { value: () => 'acme/model' },
  'data generate --student-model-id': { beside: ({ model }) => ['--model', model] },
  'data generate -dt': { beside: ({ model }) => ['--model', model] },
  'model chat --retriever-embedding-model-path': { beside: ({ model }) => ['--model', model] },
  'model chat --quick-question': { beside: ({ model }) => ['--model', model], today: () => [] },
  'model chat --no-decoration': { beside: ({ model }) => ['--model', model] },
  'model convert --adapter-file': { value: ({ adapter }) => adapter, beside: ({ model }) => ['--model', model] },
  'model convert --model-name': { value: () => 'mine', beside: ({ model }) => ['--model', model], today: () => ['--destination', './mine-trained'] },
  'model download --repository': { value: () => 'acme/a', today: () => ['acme/a'] },
  'model download --release': { value: () => 'v1', beside: () => ['acme/a'], today: () => ['--revision', 'v1'] },
  'model download --filename': { value: () => 'a-Q8_0.gguf', beside: () => ['acme/a'] },
  'model download --model-dir': { value: ({ store }) => store, beside: () => ['acme/a'] },
  'model download --hf-token': { value: () => 'hf_old', beside: () => ['acme/a'], today: () => [] },
  'model evaluate --base-model-id': { beside: ({ model }) => ['--model', model] },
  'model evaluate --judge-model-id': { beside: ({ model }) => ['--model', model, '--benchmark', 'mt_bench'] },
  'model list --model-dirs': { value: ({ store }) => store },
  'model remove --model-dir': { value: ({ store }) => store, beside: () => ['acme/a', '--yes'] },
  'model remove --force': { beside: ({ store }) => ['acme/a', '--store', store] },
  'model serve --max-ctx-size': { value: () => '2048', beside: ({ model }) => ['--model', model] },
  'model serve --num-threads': { value: () => '2', beside: ({ model }) => ['--model', model] },
  'model serve --model-family': { value: () => 'granite', beside: ({ model }) => ['--model', model], today: () => [] },
  'model serve --log-file': { value: () => 'serve.log', beside: ({ model }) => ['--model', model], today: () => [] },
  'model test --adapter-file': { value: ({ adapter }) => adapter, beside: ({ model }) => ['--model', model] },
  'model train --tokenizer-dir': { beside: ({ model }) => ['--model', model] },
  'model train --phased-mt-bench-judge': { beside: ({ model }) => ['--model', model] },
  'model train --ckpt-output-dir': { value: ({ store }) => store, beside: ({ model }) => ['--model', model] },
  'model train --local': { beside: ({ model }) => ['--model', model], today: () => [] },
  'rag ingest --embedding-model-path': { beside: ({ folder }) => [folder] },
  'model upload -d': { value: () => 'acme/new', beside: ({ model }) => ['--model', model, '--dry-run'] },
  'model upload --release': {
    value: () => 'v1',
    beside: ({ model }) => ['--model', model, '--dry-run', '--destination', 'acme/new'],
    todayBeside: ({ model }) => ['--model', model, '--dry-run'],
    today: () => ['--destination', 'acme/new:v1'],
  },
  'model upload --dest-type': {
    value: () => 'oci',
    beside: ({ model }) => ['--model', model, '--dry-run', '--destination', 'quay.io/acme/new'],
    todayBeside: ({ model }) => ['--model', model, '--dry-run'],
    today: () => ['--destination', 'oci://quay.io/acme/new'],
  },
  'model upload --hf-token': { value: () => 'hf_old', beside: ({ model }) => ['--model', model, '--dry-run', '--destination', 'acme/new'], today: () => [] },
};

export const OLD_CASES: readonly OldCase[] = DEPRECATED_OPTIONS.flatMap((option) =>
  [option.old, ...(option.short === undefined ? [] : [option.short])].map((spelling) => ({ option, spelling, ...sampleOf(option) })),
);

function sampleOf({ command, old, takes, becomes }: DeprecatedOption): Sample {
  const flag = typeof becomes === 'object' && 'flag' in becomes ? becomes.flag : '';
  return {
    value: ({ model }) => model,
    beside: () => [],
    today: (_world, value) => (takes === 'nothing' ? [flag] : [flag, value]),
    ...SAMPLES[`${command} ${old}`],
  };
}
