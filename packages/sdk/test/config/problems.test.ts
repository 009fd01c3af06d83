import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';

type Told = { readonly problem: { readonly line: number; readonly column: number; readonly key?: string; readonly message: string } };

/** Whoever reads an error can go to the line, and knows what to write there. */
describe('a problem of a configuration', () => {
  it.each<[string, string, string, string]>([
    [
      'a value that is none of the choices',
      'models:\n  pull: sometimes\n',
      '2:3 models.pull',
      'models.pull must be missing, never, newer or always, not “sometimes”.',
    ],
    ['text that is a number', 'models:\n  dir: 7\n', '2:3 models.dir', 'models.dir must be text, not 7.'],
    ['a section that is a list', 'chat: []\n', '1:1 chat', 'chat must be a section with keys, not a list.'],
    ['an item of a list', 'models:\n  extra_dirs:\n    - /a\n    - {b: c}\n', '4:7 models.extra_dirs.1', 'models.extra_dirs.1 must be text, not a mapping.'],
    ['a key that is spelled wrong', 'models:\n  dri: /m\n', '2:3 models.dri', 'There is no setting models.dri. Did you mean models.dir?'],
    [
      'an alias without a model',
      'models:\n  aliases:\n    a: {family: x}\n',
      '3:5 models.aliases.a',
      'models.aliases.a must be a reference, or a mapping with “model”, not a mapping.',
    ],
    ['a model of version 1 that is none', 'version: 1.0.0\nserve:\n  # here\n  model_path: [a]\n', '4:3 serve.model', 'serve.model must be text, not a list.'],
    ['a version to come', 'version: 3.1.0\n', '1:10 version', 'It is of version 3.1.0, and this ilab reads up to 2.0.0.'],
    ['a version that is a path', 'version: 1./../../x\n', '1:10 version', '“1./../../x” is no version of a configuration.'],
    ['a version that is none', 'version: newest\n', '1:10 version', '“newest” is no version of a configuration.'],
  ])('tells %s by place and key', (_what, text, place, message) => {
    const { problem } = parseConfig(text) as Told;
    expect([`${problem.line}:${problem.column} ${problem.key}`, problem.message]).toEqual([place, message]);
  });

  it('is a remark where the key may be another tool’s', () => {
    const read = parseConfig('version: 2.0.0\nchat:\n  modle: x\nmodels:\n  later: 1\nmetadata: {}\ngeneral: {log_level: INFO}\n');
    expect(read).toMatchObject({
      unknown: [
        { line: 3, column: 3, message: 'There is no setting chat.modle. Did you mean chat.model?' },
        { line: 5, column: 3, message: 'There is no setting models.later, and nothing reads it.' },
      ],
    });
  });

  it.each([
    ['chat:\n  temprature: 0.2\n', 'There is no setting chat.temprature. Did you mean chat.temperature?'],
    ['serve:\n  vllm: {vllm_arg: []}\n', 'There is no setting serve.vllm.vllm_arg. Did you mean serve.vllm.vllm_args?'],
    ['serve:\n  sever: {port: 1}\n', 'There is no setting serve.sever. Did you mean serve.server?'],
    ['models:\n  registries: {hub.corp: {insecur: true}}\n', 'There is no setting models.registries.hub.corp.insecur. Did you mean insecure?'],
    ['models:\n  carriers: {ipfs: {adress: x}}\n', 'There is no setting models.carriers.ipfs.adress. Did you mean address?'],
    ['models:\n  aliases: {mine: {model: a/b, famly: llama}}\n', 'There is no setting models.aliases.mine.famly. Did you mean family?'],
    ['models:\n  aliases: {mine: {model: a/b, adapters: []}}\n', 'There is no setting models.aliases.mine.adapters, and nothing reads it.'],
  ])('is a remark of a slip also in what commands read besides the settings, and in entries: %j', (text, message) => {
    expect(parseConfig(`version: 2.0.0\n${text}`)).toMatchObject({ unknown: [{ message }] });
  });

  it('is none of what InstructLab reads', () => {
    const theirs = `chat: {context: default, vi_mode: false, visible_overflow: true, greedy_mode: true}
generate: {num_cpus: 10, pipeline: full, teacher: {model: a/b, backend: vllm, server: {host: a, port: 1}, vllm: {gpus: 1, llm_family: '', vllm_args: []}}}
serve: {backend: vllm, server: {host: a, port: 1, backend_type: '', current_max_ctx_size: 1}, llama_cpp: {gpu_layers: -1, llm_family: '', max_ctx_size: 4096}}
train: {model: a/b, num_epochs: 8, ckpt_output_dir: x, nproc_per_node: 1, phased_phase1_num_epochs: 7}\n`;
    expect(parseConfig(`version: 2.0.0\n${theirs}`)).toMatchObject({ unknown: [] });
  });
});
