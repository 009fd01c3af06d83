import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { countFlag, numberFlag, RUNNER_FLAGS } from '../../runner/flags.ts';
import { RunnerCommand, type WorkDone } from '../../runner/runner-command.ts';

/** Of torchrun, which has them from us as they are. */
const DISTRIBUTED = {
  nnodes: Flags.string({ summary: 'Machines that train together, as 2 or 1:4.', helpValue: 'N', helpGroup: 'TORCHRUN' }),
  'nproc-per-node': Flags.string({ summary: 'Processes on this machine, or gpu for one on each.', helpValue: 'N', helpGroup: 'TORCHRUN' }),
  'node-rank': Flags.integer({ summary: 'Which of them this machine is, from 0 on.', helpValue: 'N', min: 0, helpGroup: 'TORCHRUN' }),
  'rdzv-endpoint': Flags.string({ summary: 'Where they meet: a host of one of them, and a port.', helpValue: 'HOST:PORT', helpGroup: 'TORCHRUN' }),
  'rdzv-id': Flags.string({ summary: 'What their meeting is called.', helpValue: 'ID', helpGroup: 'TORCHRUN' }),
  'master-addr': Flags.string({ summary: 'The first machine, instead of --rdzv-endpoint.', helpValue: 'HOST', helpGroup: 'TORCHRUN' }),
  'master-port': Flags.integer({ summary: 'Its port.', helpValue: 'PORT', min: 1, max: 65535, helpGroup: 'TORCHRUN' }),
};

export default class ModelTrain extends RunnerCommand {
  static override summary = 'Train a model: a LoRA adapter for it.';
  static override description =
    'Trains on conversations of JSON Lines (runner trl), with a checkpoint of each epoch in the checkpoints directory. The default model is train.model of the configuration. Machines that train together run the same command with torchrun’s options; the first writes the results.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab:v1.1 --data ./data --epochs 2 --lora-rank 8 --destination ./checkpoints',
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab --data ./data --nnodes 2 --nproc-per-node gpu --rdzv-endpoint trainer-0:29500',
  ];
  static override flags = {
    model: modelFlag,
    tokenizer: roleFlag('Where it is not the model’s own.'),
    'judge-model': roleFlag('The judge between phases: none yet.'),
    data: Flags.string({ summary: 'JSON Lines, or a folder of such files.', helpValue: 'PATH' }),
    epochs: numberFlag({ summary: 'Times that all is seen; default 3.' }),
    'max-steps': countFlag('Stop after so many steps.'),
    'learning-rate': numberFlag({ summary: 'Default 2e-4.' }),
    'batch-size': countFlag('Examples at a time; default 4.'),
    'gradient-accumulation': countFlag('Batches that make a step; default 1.'),
    'max-length': countFlag('Tokens of an example; default 1024.'),
    'lora-rank': countFlag('Size of the adapter; default 16.'),
    'lora-alpha': countFlag('Its weight; default twice its rank.'),
    'save-steps': countFlag('A checkpoint after so many steps.'),
    seed: Flags.integer({ summary: 'Of what is random; default 42.', helpValue: 'N', min: 0 }),
    quantize: Flags.boolean({ summary: 'In 4 bits (QLoRA); needs CUDA.' }),
    ...DISTRIBUTED,
    ...RUNNER_FLAGS,
    pull: pullFlag,
  };

  async run(): Promise<WorkDone> {
    const { flags } = await this.parse(ModelTrain);
    const named = [
      'epochs',
      'max-steps',
      'learning-rate',
      'batch-size',
      'gradient-accumulation',
      'max-length',
      'lora-rank',
      'lora-alpha',
      'save-steps',
      'seed',
    ];
    const passed = [...named, ...Object.keys(DISTRIBUTED)] as readonly (keyof typeof flags)[];
    const done = await this.work(flags, {
      task: 'train',
      does: 'train models',
      models: [
        { role: 'model', given: flags.model, setting: 'train.model', needed: true },
        { role: 'tokenizer', given: flags.tokenizer },
        { role: 'judge-model', given: flags['judge-model'] },
      ],
      below: 'checkpoints',
      undoable: flags['judge-model'] !== undefined,
      parameters: {
        data: flags.data === undefined ? undefined : resolve(flags.data),
        quantize: flags.quantize || undefined,
        ...Object.fromEntries(passed.map((name) => [name, flags[name] as string | number | undefined])),
      },
    });
    this.tell(done);
    return done;
  }
}
