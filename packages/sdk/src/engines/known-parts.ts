import type { ModelFormat, RunnerTask } from '@ilab/core';

/** An engine or runner that we know of, for the case that its plugin is not there. */
export interface KnownPart {
  readonly name: string;
  readonly plugin: string;
  readonly summary: string;
  /** Of an engine. */
  readonly formats: readonly ModelFormat[];
  /** Of a runner. */
  readonly tasks: readonly RunnerTask[];
  /** Where it runs, as Node calls platforms; absent: everywhere. */
  readonly platforms?: readonly NodeJS.Platform[];
}

/** First-party engines. No other package can take their names, and a command says how to bring one that lacks. */
export const KNOWN_ENGINES: readonly KnownPart[] = [
  { name: 'llama-cpp', plugin: '@ilab/plugin-llama-cpp', summary: 'GGUF models on processors and GPUs, in this machine', formats: ['gguf'], tasks: [] },
  {
    name: 'vllm',
    plugin: '@ilab/plugin-vllm',
    summary: 'safetensors on GPUs, on one machine or several',
    formats: ['safetensors'],
    tasks: [],
    platforms: ['linux'],
  },
  { name: 'openai', plugin: '@ilab/plugin-openai', summary: 'Models at an endpoint with OpenAI’s API', formats: [], tasks: [] },
];

/** First-party runners. */
export const KNOWN_RUNNERS: readonly KnownPart[] = [
  { name: 'trl', plugin: '@ilab/plugin-trl', summary: 'Trains adapters', formats: [], tasks: ['train'] },
  { name: 'lm-eval', plugin: '@ilab/plugin-lm-eval', summary: 'Evaluates models with the LM evaluation harness', formats: [], tasks: ['evaluate'] },
  { name: 'sdg-hub', plugin: '@ilab/plugin-sdg-hub', summary: 'Generates training data', formats: [], tasks: ['generate'] },
];
