import * as v from 'valibot';
import { SETTINGS } from './settings.ts';
import { signaturePolicy } from './signature-schema.ts';
import { mappingOf, oneOf, section, text, texts, truth } from './values.ts';

const registry = v.looseObject(
  {
    insecure: v.nullish(v.pipe(truth, v.description('Plain HTTP, or HTTPS whose certificate is not checked.'))),
    mirrors: v.nullish(v.pipe(texts, v.description('Hosts to ask first.'))),
    ca: v.nullish(v.pipe(text, v.description('A PEM file with the certificates to trust.'))),
    source: v.nullish(v.pipe(text, v.description('Which kind of source this host is, where its name does not tell: hf for a private Hub.'))),
  },
  'must be a mapping',
);

const carrier = v.looseObject(
  {
    address: v.nullish(v.pipe(text, v.description('Where it answers, where that is not what its plugin says: http://127.0.0.1:4001.'))),
    trusted_hosts: v.nullish(v.pipe(texts, v.description('Hosts whose credentials and signed addresses it may see.'))),
  },
  'must be a mapping',
);

const aliasedModel = v.looseObject({
  model: v.pipe(text, v.description('A reference.')),
  family: v.nullish(v.pipe(text, v.description('The family, which decides on the chat template.'))),
  system_prompt: v.nullish(v.pipe(text, v.description('What conversations with it start with.'))),
});

const alias = v.union([text, aliasedModel], 'must be a reference, or a mapping with “model”');

/** What an entry can have of the mappings whose keys are the user's. */
export const ENTRY_KEYS: Readonly<Record<string, readonly string[]>> = {
  'models.aliases': Object.keys(aliasedModel.entries),
  'models.registries': Object.keys(registry.entries),
  'models.carriers': Object.keys(carrier.entries),
};

const models = section({
  dir: v.nullish(text),
  checkpoints_dir: v.nullish(text),
  extra_dirs: v.nullish(texts),
  pull: v.nullish(oneOf(SETTINGS['models.pull'].values)),
  offline: v.nullish(truth),
  donors: v.nullish(truth),
  max_connections: v.nullish(v.number('must be a number')),
  limit_rate: v.nullish(v.union([v.string(), v.number()], 'must be a rate, as 10M')),
  aliases: mappingOf('names', alias),
  short_names: section({
    mode: v.nullish(oneOf(SETTINGS['models.short_names.mode'].values)),
    search: v.nullish(texts),
  }),
  registries: mappingOf('hosts', registry),
  carriers: mappingOf('carriers', carrier),
  signatures: v.nullish(v.array(signaturePolicy, 'must be a list of policies')),
});

/** A configuration of version 2. What other tools read in their sections passes as it is. */
export const configSchema = v.looseObject(
  {
    version: v.nullish(v.pipe(v.union([v.string(), v.number()], 'must be a version'), v.description('The version of this file’s form: 2.0.0.'))),
    models,
    chat: section({ model: v.nullish(text) }),
    serve: section({ model: v.nullish(text) }),
    generate: section({ teacher: section({ model: v.nullish(text) }) }),
    train: section({ model: v.nullish(text), judge_model: v.nullish(text) }),
    evaluate: section({
      model: v.nullish(text),
      base_model: v.nullish(text),
      mt_bench: section({ judge_model: v.nullish(text) }),
      mt_bench_branch: section({ judge_model: v.nullish(text) }),
      dk_bench: section({ judge_model: v.nullish(text) }),
    }),
    rag: section({ embedding_model: section({ model: v.nullish(text) }) }),
  },
  'must be a mapping of sections',
);

export type Config = v.InferOutput<typeof configSchema>;
