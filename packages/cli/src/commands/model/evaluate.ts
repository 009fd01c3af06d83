import { resolve } from 'node:path';
import { IlabError } from '@ilab/sdk';
import * as Flags from '@oclif/core/flags';
import { BENCHMARKS, modelsOf } from '../../engine/benchmarks.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { countFlag, RUNNER_FLAGS, STARTED_FLAGS } from '../../runner/flags.ts';
import { RunnerCommand, type WorkDone } from '../../runner/runner-command.ts';
import { presentScores } from '../../present/scores.ts';

export default class ModelEvaluate extends RunnerCommand {
  static override summary = 'Evaluate a model.';
  static override description =
    'Starts the model, and asks it for the probabilities of answers: by tasks of the LM evaluation harness (runner lm-eval), or your own. With --base-model both are evaluated. What is not named is as set in the section evaluate of the configuration. Benchmarks other than mmlu have no runner yet. A model that `ilab model serve` has is not started again, unless --backend says how to run it. The judge of dk_bench is the name that its endpoint has for it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --benchmark mmlu --model granite-7b-lab:v1.1 --limit 10',
    '<%= config.bin %> <%= command.id %> --task my_facts --tasks-dir ./tasks --model ./m.gguf',
  ];
  static override flags = {
    model: modelFlag,
    'base-model': roleFlag('The model to compare it with.'),
    'judge-model': roleFlag('The model that judges.'),
    benchmark: Flags.option({ options: BENCHMARKS, summary: `What to evaluate by: ${BENCHMARKS.join(', ')}.`, helpValue: 'NAME' })(),
    task: Flags.string({ summary: 'A task to evaluate by; give it again for more.', helpValue: 'NAME', multiple: true }),
    'tasks-dir': Flags.directory({ summary: 'Your own tasks; their data are looked for there.', helpValue: 'DIR' }),
    limit: countFlag('Take so many items of each task.'),
    'few-shot': Flags.integer({ summary: 'Show so many solved items first.', helpValue: 'N', min: 0 }),
    chat: Flags.boolean({ summary: 'Ask in the form of the model’s chat template.' }),
    ...RUNNER_FLAGS,
    ...STARTED_FLAGS,
    pull: pullFlag,
  };

  async run(): Promise<WorkDone> {
    const { flags } = await this.parse(ModelEvaluate);
    const { benchmark, task = [] } = flags;
    if (benchmark !== undefined && task.length > 0)
      throw new IlabError('E_USAGE', '--benchmark and --task say the same thing.', { hint: 'Give one of the two.' });
    const undoable = benchmark !== undefined && benchmark !== 'mmlu';
    const done = await this.work(flags, {
      task: 'evaluate',
      does: 'evaluate models',
      models: modelsOf(flags),
      asked: ['model', 'base-model'],
      below: 'evaluations',
      ...(undoable && { undoable }),
      parameters: {
        ...(undoable ? { benchmark } : { tasks: benchmark === undefined ? task : [benchmark] }),
        'tasks-dir': flags['tasks-dir'] && resolve(flags['tasks-dir']),
        limit: flags.limit,
        'few-shot': flags['few-shot'],
        chat: flags.chat || undefined,
        offline: flags.offline || undefined,
      },
    });
    if (!flags.quiet) this.note(presentScores(done.summary));
    this.log(done.path);
    return done;
  }
}
