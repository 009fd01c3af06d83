import type { EngineFit, RunnerJob } from '@ilab/plugin-api';
import type { PythonLibrary } from '@ilab/python-runner';

/** sdg_hub, whose flows ask a teacher at its endpoint. */
export const LIBRARY: Omit<PythonLibrary, 'bridge' | 'requirements'> = {
  name: 'sdg-hub',
  tasks: ['generate'],
  python: { oldest: 11, newest: 14 },
  parameters: { flow: 'text', seeds: 'text', concurrency: 'count', 'max-tokens': 'count', temperature: 'number', limit: 'count' },
  // Prices of models would be fetched, and calls be told of.
  variables: () => ({ HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False' }),
  fit: async (job) => fitOf(job),
};

function fitOf({ models, parameters }: RunnerJob): EngineFit {
  if (!models['teacher-model']?.endpoint) return { fits: false, because: 'The teacher is not at an endpoint.', hint: 'Serve it: ilab model serve' };
  if (typeof parameters['seeds'] !== 'string') return { fits: false, because: 'No seed examples are named.', hint: 'Name a file with --seeds.' };
  return { fits: true, because: 'It asks the teacher over HTTP, and computes nothing itself.' };
}
