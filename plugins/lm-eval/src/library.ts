import type { EngineFit, RunnerJob } from '@ilab/plugin-api';
import type { PythonLibrary } from '@ilab/python-runner';

/** The LM evaluation harness, which asks a model at its endpoint for the probabilities of answers. */
export const LIBRARY: Omit<PythonLibrary, 'bridge' | 'requirements'> = {
  name: 'lm-eval',
  tasks: ['evaluate'],
  python: { oldest: 11, newest: 14 },
  sources: ['rouge-score', 'sqlitedict', 'word2number'],
  parameters: { tasks: 'texts', 'tasks-dir': 'text', limit: 'count', 'few-shot': 'count', concurrency: 'count', chat: 'switch', offline: 'switch' },
  // Data sets of tasks come from huggingface.co, unless the tasks are here and say where their data is.
  variables: ({ parameters }): Readonly<Record<string, string>> => (parameters['offline'] === true ? { HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1' } : {}),
  fit: async (job) => fitOf(job),
};

function fitOf({ models, parameters }: RunnerJob): EngineFit {
  if (!models['model']?.endpoint) return { fits: false, because: 'The model is not at an endpoint.', hint: 'Serve it: ilab model serve' };
  const tasks = parameters['tasks'];
  if (!Array.isArray(tasks) || tasks.length === 0) return { fits: false, because: 'No task is named.', hint: 'Name one or more with --task.' };
  return { fits: true, because: 'It asks the model over HTTP, and computes nothing itself.' };
}
