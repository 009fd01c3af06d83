import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { eitherOf } from '../../engine/wanted-model.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { countFlag, numberFlag, RUNNER_FLAGS, STARTED_FLAGS } from '../../runner/flags.ts';
import { RunnerCommand, type WorkDone } from '../../runner/runner-command.ts';

export default class DataGenerate extends RunnerCommand {
  static override summary = 'Generate training data with a teacher model.';
  static override description =
    'Starts the teacher, unless `ilab model serve` has it and no --backend says how to run it, and has a flow ask it (runner sdg-hub). --model is the teacher; the default is generate.teacher.model of the configuration. With --endpoint-url it is the name that the endpoint has for it. Seeds are JSON Lines, a list of JSON, or the qna.yaml of a taxonomy; a flow may want more columns than a question. A flow.yaml may run code: take flows that you trust.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model mistral-7b-instruct --seeds ./seeds.jsonl',
    '<%= config.bin %> <%= command.id %> --teacher-model ./teacher.gguf --seeds ./qna.yaml --flow ./flow.yaml',
  ];
  static override flags = {
    model: modelFlag,
    'teacher-model': roleFlag('The same.'),
    'student-model': roleFlag('The model that the data is for.'),
    seeds: Flags.string({ summary: 'Examples to start from.', helpValue: 'FILE' }),
    flow: Flags.string({ summary: 'How data are made: a flow.yaml, or a flow of sdg_hub by its name; default: each question is answered.', helpValue: 'FLOW' }),
    'endpoint-url': Flags.string({ summary: 'A server that has the teacher.', helpValue: 'URL' }),
    'max-tokens': countFlag('Tokens of an answer at most; default as the flow says.'),
    temperature: numberFlag({ summary: 'Default as the flow says.' }),
    concurrency: countFlag('Questions at the same time; default 4.'),
    limit: countFlag('Take so many seeds.'),
    detached: Flags.boolean({ summary: 'Run in the background; no runner does that yet.' }),
    ...RUNNER_FLAGS,
    ...STARTED_FLAGS,
    pull: pullFlag,
  };

  async run(): Promise<WorkDone> {
    const { flags } = await this.parse(DataGenerate);
    const endpoint = flags['endpoint-url'];
    const { flow, seeds } = flags;
    const done = await this.work(flags, {
      task: 'generate',
      does: 'generate data',
      models: [
        {
          role: 'teacher-model',
          given: eitherOf('teacher-model', flags),
          needed: true,
          ...(endpoint === undefined ? { setting: 'generate.teacher.model' } : { atEndpoint: true }),
        },
        { role: 'student-model', given: flags['student-model'] },
      ],
      asked: ['teacher-model'],
      endpoint,
      below: 'datasets',
      undoable: flags.detached,
      parameters: {
        seeds: seeds === undefined ? undefined : resolve(seeds),
        flow: flow !== undefined && existsSync(flow) ? resolve(flow) : flow,
        'max-tokens': flags['max-tokens'],
        temperature: flags.temperature,
        concurrency: flags.concurrency,
        limit: flags.limit,
      },
    });
    this.tell(done);
    return done;
  }
}
