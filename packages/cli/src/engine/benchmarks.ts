import type { WantedModel } from './wanted-model.ts';

/** Benchmarks, and which models each compares. */
export const BENCHMARKS = ['mmlu', 'mmlu_branch', 'mt_bench', 'mt_bench_branch', 'dk_bench'] as const;

export type Benchmark = (typeof BENCHMARKS)[number];

export interface EvaluationFlags {
  readonly model?: string | undefined;
  readonly 'base-model'?: string | undefined;
  readonly 'judge-model'?: string | undefined;
  readonly benchmark?: Benchmark | undefined;
}

/** The models of an evaluation: those that were named, and of those that the benchmark needs also what is set. */
export function modelsOf({ model, benchmark, 'base-model': base, 'judge-model': judge }: EvaluationFlags): readonly WantedModel[] {
  return [
    { role: 'model', given: model, setting: 'evaluate.model', needed: true },
    { role: 'base-model', given: base, ...(benchmark?.endsWith('_branch') && { setting: 'evaluate.base_model', needed: true }) },
    { role: 'judge-model', given: judge, ...judgeOf(benchmark) },
  ];
}

function judgeOf(benchmark: Benchmark | undefined): Pick<WantedModel, 'setting' | 'needed' | 'atEndpoint'> {
  if (benchmark === 'dk_bench') return { setting: 'evaluate.dk_bench.judge_model', needed: true, atEndpoint: true };
  return benchmark === 'mt_bench' || benchmark === 'mt_bench_branch' ? { setting: `evaluate.${benchmark}.judge_model`, needed: true } : {};
}
