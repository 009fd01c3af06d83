import type { HelpPage } from '../page.ts';

export const references: HelpPage = {
  summary: 'How a model is named: one reference, the same for every command.',
  parts: [
    'Whatever takes --model, or a model as an argument, takes any of these:',
    [
      ['./my-model', 'a path: a GGUF file, or a folder with a model'],
      ['quay.io/org/name:v1.1', 'a repository of an OCI registry, and a version'],
      ['org/name', 'a repository of huggingface.co'],
      ['org/name:main', 'with a branch, a tag or a commit'],
      ['org/name-GGUF:Q4_K_M', 'one quantisation of it'],
      ['org/name#*.safetensors', 'some of its files'],
      ['quay.io/org/name@sha256:…', 'exactly this revision, for ever'],
      ['name', 'the end of a name that is here, or an alias'],
    ],
    'A path that is a model comes first, then aliases, then what is here, then the registry. Of several versions here the default one is taken (main, latest), else the highest. A name that fits several models is asked about, and without a terminal it is an error: nothing is picked by chance. Downloaded is only a name with a host, org/name, or a short name that you gave a place.',
    [
      ['ilab model path granite --explain', 'how a name is understood, step by step'],
      ['ilab model parse org/name:v1', 'how it is read: no disk, no network'],
      ['ilab model alias set mine org/name:v1', 'a name of your own'],
      ['ilab model versions org/name', 'which versions there are'],
    ],
  ],
  document: 'https://github.com/instructlab/ilab/blob/main/docs/references.md',
};
