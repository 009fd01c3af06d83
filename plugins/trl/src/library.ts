import type { PythonLibrary } from '@ilab/python-runner';
import { fitOf } from './fit.ts';

/** TRL's supervised fine-tuning, with PEFT's adapters. */
export const LIBRARY: Omit<PythonLibrary, 'bridge' | 'requirements'> = {
  name: 'trl',
  tasks: ['train'],
  python: { oldest: 11, newest: 14 },
  parameters: {
    data: 'text',
    epochs: 'number',
    'max-steps': 'count',
    'learning-rate': 'number',
    'batch-size': 'count',
    'gradient-accumulation': 'count',
    'max-length': 'count',
    'lora-rank': 'count',
    'lora-alpha': 'count',
    'save-steps': 'count',
    seed: 'count',
    quantize: 'switch',
    nnodes: 'text',
    'nproc-per-node': 'text',
    'node-rank': 'count',
    'rdzv-id': 'text',
    'rdzv-endpoint': 'text',
    'master-addr': 'text',
    'master-port': 'count',
  },
  // What is trained with is here; nobody is asked for it, and nobody is told.
  variables: () => ({ HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', WANDB_MODE: 'disabled' }),
  fit: fitOf,
};
