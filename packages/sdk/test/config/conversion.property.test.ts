import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { migrateText } from '../../src/config/migrate-text.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/).filter((text) => !/^(?:y|n|yes|no|on|off|true|false|null)$/.test(text));
const model = fc.oneof(
  fc.constantFrom(
    '~/.cache/instructlab/models/a/b',
    '~/.cache/instructlab/models/x.gguf',
    'org/name',
    'models/x.gguf',
    '$HOME/m',
    '/m/x.gguf',
    'quay.io/a/b:v1',
    'x: y # z',
  ),
  word,
);
const other = fc.dictionary(
  word.filter((name) => !/^(?:model|server)/.test(name)),
  fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.array(word, { maxLength: 3 })),
  { maxKeys: 3 },
);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const mixed = <T extends object>(known: fc.Arbitrary<T>) =>
  fc.tuple(known, other, fc.boolean()).map(([a, b, first]) => (first ? { ...a, ...b } : { ...b, ...a }));
const server = mixed(fc.record({ model_path: some(model), host_port: some(fc.constantFrom('127.0.0.1:8000', '[::1]:1', 'nowhere')), backend: some(word) }));
const entry = mixed(fc.record({ id: word, path: model, family: word, system_prompt: some(fc.lorem()) }));

/** Files as they could have been under version 1. */
const old = fc.record({
  version: fc.constant('1.0.0'),
  chat: some(mixed(fc.record({ model: some(model) }))),
  general: some(mixed(fc.record({ teacher_model_id: some(word), student_model_id: some(word) }))),
  generate: some(mixed(fc.record({ model: some(model), teacher: some(server) }))),
  models: some(fc.array(entry, { maxLength: 3 })),
  rag: some(mixed(fc.record({ embedding_model: some(fc.record({ embedding_model_path: some(model) })) }))),
  serve: some(server),
  train: some(mixed(fc.record({ model_path: some(model), phased_mt_bench_judge: some(model), ckpt_output_dir: some(model) }))),
});
const text = fc
  .tuple(
    old,
    fc.constantFrom({}, { indentSeq: false }, { indent: 4 }, { collectionStyle: 'flow' as const }, { defaultStringType: 'QUOTE_DOUBLE' as const }),
    fc.boolean(),
  )
  .map(([value, options, commented]) => {
    const printed = stringify(JSON.parse(JSON.stringify(value)), options);
    return commented ? printed.replaceAll(/^( *)(?=[a-z_]+:)/gm, '$1# about it\n$1') : printed;
  });

function migrated(source: string): string {
  const result = migrateText(source);
  if ('problem' in result) throw new Error(`${JSON.stringify(result.problem)} in\n${source}`);
  return result.text;
}

function meaning(source: string): unknown {
  const result = parseConfig(source);
  return 'problem' in result ? result : result.config;
}

describe('any file of version 1', () => {
  it('means the same when it is migrated, and migrating again changes nothing', () => {
    fc.assert(
      fc.property(text, (source) => {
        const once = migrated(source);
        expect(meaning(once)).toEqual(meaning(source));
        expect(migrated(once)).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every comment that is not about what goes', () => {
    fc.assert(
      fc.property(text, (source) => {
        const kept = migrated(`# the first line\n\n${source}# the last line\n`);
        expect(kept).toContain('# the first line');
        expect(kept).toContain('# the last line');
      }),
      { numRuns: 200 },
    );
  });
});
