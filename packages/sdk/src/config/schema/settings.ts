/** What is said of one setting: in help, in the published schema, on the page of all settings. */
export interface SettingDescription {
  readonly about: string;
  /** The variable that wins over the file; what has none is set in the file or by a flag only. */
  readonly environment?: string;
  /** What it can be, where that is one of a few words. */
  readonly values?: readonly string[];
  /** As the file would spell it. */
  readonly fallback?: string | number | boolean | readonly string[] | Readonly<Record<string, never>>;
}

/** Every setting that ilab reads, by its key in the configuration file. Sections that it carries for other tools are not in here. */
export const SETTINGS = {
  'models.dir': { about: 'The models directory.', environment: 'ILAB_MODELS_DIR', fallback: '~/.cache/instructlab/models' },
  'models.checkpoints_dir': {
    about: 'Where training leaves its checkpoints.',
    environment: 'ILAB_CHECKPOINTS_DIR',
    fallback: '~/.local/share/instructlab/checkpoints',
  },
  'models.extra_dirs': { about: 'More models directories, which are only read: a shared disk, an image.', fallback: [] },
  'models.pull': {
    about: 'When a model is fetched: missing (if it is not here), never, newer (if the version moved), always.',
    environment: 'ILAB_PULL',
    values: ['missing', 'never', 'newer', 'always'],
    fallback: 'missing',
  },
  'models.offline': { about: 'Whether to use no network at all.', environment: 'ILAB_OFFLINE', fallback: false },
  'models.donors': { about: 'Whether what other tools on this machine have is taken instead of fetched.', environment: 'ILAB_DONORS', fallback: true },
  'models.max_connections': { about: 'Connections at once, over all files: 1 to 64.', environment: 'ILAB_MAX_CONNECTIONS' },
  'models.limit_rate': { about: 'Bytes a second, of all connections together: 500k, 10M, 1G.', environment: 'ILAB_LIMIT_RATE' },
  'models.aliases': { about: 'Names of your own for models: a reference, or a mapping with model, family and system_prompt.', fallback: {} },
  'models.short_names.mode': {
    about: 'What a short name that fits several registries does: enforcing (asks), permissive (asks, else takes the first), disabled (takes the first).',
    values: ['enforcing', 'permissive', 'disabled'],
    fallback: 'enforcing',
  },
  'models.short_names.search': { about: 'Registries to look for a short name in, in this order.', fallback: [] },
  'models.registries': { about: 'Registries by host: mirrors, insecure, ca (a PEM file), source. They win over registries.conf of Podman.', fallback: {} },
  'models.carriers': { about: 'Daemons that files come through, by name: address, trusted_hosts. Plugins bring them.', fallback: {} },
  'models.signatures': { about: 'Which models have to be signed, and by whom; the first policy that matches holds.', fallback: [] },
  'chat.model': { about: 'The model to chat with.', environment: 'ILAB_CHAT_MODEL', fallback: 'instructlab/granite-7b-lab-GGUF:Q4_K_M' },
  'serve.model': { about: 'The model to serve.', environment: 'ILAB_SERVE_MODEL', fallback: 'instructlab/granite-7b-lab-GGUF:Q4_K_M' },
  'generate.teacher.model': {
    about: 'The teacher that generates data.',
    environment: 'ILAB_GENERATE_TEACHER_MODEL',
    fallback: 'TheBloke/Mistral-7B-Instruct-v0.2-GGUF:Q4_K_M',
  },
  'train.model': { about: 'The model to train.', environment: 'ILAB_TRAIN_MODEL', fallback: 'instructlab/granite-7b-lab' },
  'train.judge_model': {
    about: 'The judge between the phases of training.',
    environment: 'ILAB_TRAIN_JUDGE_MODEL',
    fallback: 'prometheus-eval/prometheus-8x7b-v2.0',
  },
  'evaluate.model': { about: 'The model to evaluate.', environment: 'ILAB_EVALUATE_MODEL' },
  'evaluate.base_model': { about: 'The model to compare it with.', environment: 'ILAB_EVALUATE_BASE_MODEL', fallback: 'instructlab/granite-7b-lab' },
  'evaluate.mt_bench.judge_model': {
    about: 'The judge of MT-Bench.',
    environment: 'ILAB_EVALUATE_MT_BENCH_JUDGE_MODEL',
    fallback: 'prometheus-eval/prometheus-8x7b-v2.0',
  },
  'evaluate.mt_bench_branch.judge_model': {
    about: 'The judge of MT-Bench on a branch.',
    environment: 'ILAB_EVALUATE_MT_BENCH_BRANCH_JUDGE_MODEL',
    fallback: 'prometheus-eval/prometheus-8x7b-v2.0',
  },
  'evaluate.dk_bench.judge_model': {
    about: 'The judge of DK-Bench, by the name that its endpoint has for it: no reference.',
    environment: 'ILAB_EVALUATE_DK_BENCH_JUDGE_MODEL',
    fallback: 'gpt-4o',
  },
  'rag.embedding_model.model': {
    about: 'The model that embeds documents.',
    environment: 'ILAB_RAG_EMBEDDING_MODEL',
    fallback: 'ibm-granite/granite-embedding-125m-english',
  },
} as const satisfies Readonly<Record<string, SettingDescription>>;

export type SettingKey = keyof typeof SETTINGS;

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** Settings that name a model for a command; what is not one of `models`’ own. */
export const MODEL_KEYS = SETTING_KEYS.filter((key) => !key.startsWith('models.'));

export function describe(key: SettingKey): SettingDescription {
  return SETTINGS[key];
}
