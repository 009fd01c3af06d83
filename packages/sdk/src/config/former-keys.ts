import { IlabError } from '@ilab/core';

/** Settings of version 1 that are called otherwise now. */
export const FORMER_KEYS: Readonly<Record<string, string>> = {
  'serve.model_path': 'serve.model',
  'generate.teacher.model_path': 'generate.teacher.model',
  'generate.model': 'generate.teacher.model',
  'general.teacher_model_id': 'generate.teacher.model',
  'train.model_path': 'train.model',
  'train.ckpt_output_dir': 'models.checkpoints_dir',
  'train.phased_mt_bench_judge': 'train.judge_model',
  'general.student_model_id': 'train.model',
  'rag.embedding_model.embedding_model_path': 'rag.embedding_model.model',
};

/** In a file of the current version nothing would read it, and nobody would be told. @throws IlabError E_USAGE */
export function refuseFormerKey(key: string): void {
  const now = Object.hasOwn(FORMER_KEYS, key) ? FORMER_KEYS[key] : undefined;
  if (now === undefined) return;
  throw new IlabError('E_USAGE', `${key} is called ${now} now.`, { hint: 'All settings: ilab config show', details: { typed: key, nearest: [now] } });
}
