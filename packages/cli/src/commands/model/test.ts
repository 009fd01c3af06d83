import * as Flags from '@oclif/core/flags';
import { IlabError } from '@ilab/sdk';
import { ChatCommand } from '../../chat/chat-command.ts';
import { askModel, type RunningModel } from '../../chat/chat-partner.ts';
import { readPrompts } from '../../chat/read-prompts.ts';
import { type ComparedAnswers, presentComparison } from '../../present/comparison.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { namedAmong } from '../../serve/served-model.ts';

/** What `--json` tells. */
interface TestResult {
  readonly models: readonly string[];
  readonly prompts: readonly ComparedAnswers[];
}

export default class ModelTest extends ChatCommand {
  static override summary = 'Ask two models the same: a new one and its base.';
  static override description =
    'Compares --model with --base-model, or without and with --adapter. Prompts come from --prompt, or from a file of JSON lines with “user”, “prompt” or “messages”, as data generate writes it. The default is chat.model of the configuration. What `ilab model serve` has is not started again, unless --backend says how to run it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab --adapter ./adapter --prompt "What is InstructLab?"',
    '<%= config.bin %> <%= command.id %> --model ./new.gguf --base-model granite-7b-lab --test-file test.jsonl --json',
  ];
  static override flags = {
    model: modelFlag,
    'base-model': roleFlag('The model to compare it with.'),
    adapter: roleFlag('A LoRA adapter to try it with.'),
    prompt: Flags.string({ summary: 'Ask this; can be given several times.', helpValue: 'TEXT', multiple: true, multipleNonGreedy: true }),
    'test-file': Flags.string({ summary: 'Ask what is in this file of JSON lines.', helpValue: 'FILE', exclusive: ['prompt'] }),
    'max-tokens': Flags.integer({ summary: 'Tokens that an answer can have.', helpValue: 'N', min: 1, default: 256 }),
    backend: Flags.string({ summary: 'The engine to run them with.', helpValue: 'ENGINE' }),
    pull: pullFlag,
  };

  async run(): Promise<TestResult> {
    const { flags } = await this.parse(ModelTest);
    const { adapter, 'base-model': baseModel } = flags;
    const setting = (await this.ilab(flags)).config.get('chat.model');
    const named =
      baseModel === undefined ? undefined : namedAmong(await this.usableServers(flags), { model: flags.model, adapter, endpoint: undefined, setting });
    const joined = named && (await this.joinChat(flags, named));
    const found = await this.findModels(flags, [
      ...(joined ? [] : [{ role: 'model', toRun: flags, given: flags.model, setting: 'chat.model', needed: true } as const]),
      { role: 'base-model', toRun: flags, given: baseModel },
      { role: 'adapter', given: adapter },
    ]);
    const does = 'test models';
    const other = found.get('base-model');
    const start = joined ? async () => joined : await this.speakerFor(flags, { found, does });
    if (!other && !found.has('adapter')) throw nothingToCompare();
    const startBase = await this.speakerFor(flags, other === undefined ? { found, does, bare: true } : { found: new Map([['model', other]]), does });
    const prompts = flags.prompt ?? (flags['test-file'] === undefined ? [] : await readPrompts(flags['test-file']));
    if (prompts.length === 0) throw new IlabError('E_USAGE', 'There is nothing to ask.', { hint: 'Name a file with --test-file, or ask with --prompt TEXT.' });
    // One after the other: there may be memory for one model only.
    const answers: (readonly string[])[] = [];
    const models: string[] = [];
    for (const one of [startBase, start]) {
      const running = await one();
      models.push(running.name);
      answers.push(await this.#askAll(running, prompts, flags['max-tokens']));
      await running.end();
    }
    const compared = prompts.map((prompt, index) => ({ prompt, answers: answers.map((list) => list[index] ?? '') }));
    this.log(presentComparison(models, compared));
    return { models, prompts: compared };
  }

  /** As the same answer to the same prompt: without chance. */
  async #askAll(model: RunningModel, prompts: readonly string[], maxTokens: number): Promise<readonly string[]> {
    const answers: string[] = [];
    for (const [index, content] of prompts.entries()) {
      if (prompts.length > 1) this.note(`${model.name}: ${index + 1} of ${prompts.length}`);
      const request = { messages: [{ role: 'user', content } as const], sampling: { temperature: 0, max_tokens: maxTokens } };
      answers.push((await askModel(model, request, () => undefined, { signal: this.signal })).text);
      this.signal.throwIfAborted();
    }
    return answers;
  }
}

function nothingToCompare(): IlabError {
  return new IlabError('E_USAGE', 'There is one model, and nothing to compare it with.', {
    hint: 'Name its base with --base-model, or an adapter with --adapter.',
  });
}
