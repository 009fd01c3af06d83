import { readFile } from 'node:fs/promises';
import type { Interfaces } from '@oclif/core';
import * as Flags from '@oclif/core/flags';
import { type Gateway, type ServedModel, startGateway } from '@ilab/gateway';
import { type EnginePlan, IlabError, isIlabError, type PlanEngineRequest } from '@ilab/sdk';
import { EngineCommand } from '../../engine/engine-command.ts';
import type { FoundModel } from '../../engine/wanted-model.ts';
import { printableJson } from '../../present/printable.ts';
import { pullFlag } from '../../references.ts';
import { announcement } from '../../serve/announcement.ts';
import { apiKey } from '../../serve/api-key.ts';
import { namesOf } from '../../serve/names-of.ts';
import { layers, type ServeSettings, serveSettings, templateFile } from '../../serve/settings.ts';
import { starter } from '../../serve/starter.ts';
import { wordsAfterDashes } from '../../serve/words-after-dashes.ts';

const most = (summary: string, helpValue: string) => Flags.integer({ summary, helpValue, min: 1 });

export default class ModelServe extends EngineCommand {
  static override summary = 'Serve models over HTTP, with OpenAI’s API.';
  static override description =
    'The default is serve.model of the configuration. Each model is asked for by its full name or an alias. This machine alone may ask, unless --host says otherwise, and then with a key (ILAB_API_KEY, --api-key-file). What stands after -- goes to an engine that is a program.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> --model ./m.gguf --context 8192 --port 8080',
  ];
  static override strict = false;
  static override flags = {
    model: Flags.string({ char: 'm', summary: 'What to serve; may be given several times.', helpValue: 'REF', multiple: true, multipleNonGreedy: true }),
    adapter: Flags.string({ summary: 'A LoRA adapter on it; may be given several times.', helpValue: 'REF', multiple: true, multipleNonGreedy: true }),
    backend: Flags.string({ summary: 'The engine; by format, where none is named.', helpValue: 'ENGINE' }),
    host: Flags.string({ summary: 'Address to listen at (127.0.0.1).', helpValue: 'ADDR' }),
    port: Flags.integer({ summary: 'Port (8000); 0 takes any that is free.', helpValue: 'N', min: 0, max: 65_535 }),
    context: most('Tokens of one conversation.', 'N'),
    slots: most('Conversations at the same time.', 'N'),
    threads: most('Threads that compute.', 'N'),
    'gpu-layers': Flags.integer({ summary: 'Layers on a GPU; -1: all. Without it as many as fit, where there is a GPU.', helpValue: 'N', min: -1 }),
    'chat-template': Flags.string({ summary: 'A Jinja template in place of the model’s.', helpValue: 'FILE' }),
    'api-key-file': Flags.file({ summary: 'What whoever asks must show.', helpValue: 'FILE', exists: true }),
    'allow-origin': Flags.string({ summary: 'A page that may ask, as https://chat.example.', helpValue: 'ORIGIN', multiple: true, multipleNonGreedy: true }),
    verify: Flags.boolean({ summary: 'Read all of it first, and refuse what is not as it came.' }),
    pull: pullFlag,
  };

  #isTold = false;

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(ModelServe);
    const key = await apiKey(flags['api-key-file'], process.env);
    const words = wordsAfterDashes(this.argv, argv.map(String));
    const settings = serveSettings((await this.ilab(flags)).config);
    const plans = await this.#plan(flags, { words, settings });
    // Not before: planning may have added an engine.
    const { engines, servers } = await this.ilab(flags);
    const models = plans.map((plan): ServedModel => ({ names: namesOf(plan), start: starter(engines, { plan, verify: flags.verify }) }));
    const gateway = await startGateway(
      {
        ...{ host: flags.host ?? settings.host ?? '127.0.0.1', port: flags.port ?? settings.port ?? 8000, models, origins: flags['allow-origin'] ?? [] },
        ...(key !== undefined && { key }),
        logger: { debug() {}, info: (line) => this.note(line), warn: (line) => this.warnUser(line) },
      },
      { signal: this.signal },
    );
    const announced = await servers.announce(announcement(gateway, { plans, needsKey: key !== undefined }));
    this.#tell(gateway, { plans, needsKey: key !== undefined });
    await this.#untilStopped();
    await announced.end();
    if (!flags.quiet) this.note('Stopping: requests under way may end.');
    await gateway.stop();
  }

  async #plan(flags: ServeFlags, { words, settings }: Wishes): Promise<readonly EnginePlan[]> {
    const given: readonly (string | undefined)[] = flags.model ?? [undefined];
    const adapters = flags.adapter ?? [];
    if (given.length > 1 && adapters.length > 0) {
      throw new IlabError('E_USAGE', 'With several models it is not clear which one an adapter is for.', { hint: 'Serve the model with adapters by itself.' });
    }
    const chatTemplate = await readTemplate(templateFile(flags['chat-template'] ?? settings.chatTemplate));
    const backend = flags.backend ?? settings.backend;
    const plans: EnginePlan[] = [];
    for (const one of given) {
      const found = await this.findModels(flags, [{ role: 'model', toRun: { backend }, given: one, setting: 'serve.model', needed: true }]);
      const model = found.get('model');
      if (!model || !('steps' in model)) throw new IlabError('E_USAGE', 'No model is named.', { hint: 'Name one with --model.' });
      // Loaded twice, it would take the memory twice, and only one could be asked for.
      if (plans.some(({ request }) => request.model.path === model.path && request.model.names[0] === model.reference)) continue;
      const plan = await this.#planOne(flags, found, {
        model,
        adapters,
        ...(backend !== undefined && { backend }),
        ...(flags.slots !== undefined && { slots: flags.slots }),
        ...(flags.threads !== undefined && { threads: flags.threads }),
        ...(chatTemplate !== undefined && { chatTemplate }),
        ...byFormat(flags, { words, settings, isGguf: model.format === 'gguf' }),
      });
      plans.push(plan);
    }
    return plans;
  }

  async #planOne(flags: ServeFlags, found: ReadonlyMap<string, FoundModel>, request: PlanEngineRequest): Promise<EnginePlan> {
    try {
      return await this.planModel(flags, request);
    } catch (error) {
      if (!isIlabError(error) || error.code !== 'E_PLUGIN_MISSING') throw error;
      return await this.nothingDoesIt(flags, found, { does: 'serve models', otherTools: { gguf: 'llama-server --model', safetensors: 'vllm serve' } });
    }
  }

  #tell({ url }: Gateway, { plans, needsKey }: { readonly plans: readonly EnginePlan[]; readonly needsKey: boolean }): void {
    const names = plans.flatMap(namesOf);
    if (this.jsonEnabled()) {
      this.logJson(this.toSuccessJson({ url, models: plans.map((plan) => ({ names: namesOf(plan), engine: plan.engine })), pid: process.pid }));
      this.#isTold = true;
      return;
    }
    this.log(`Serving ${names.join(', ')} at ${url}/v1`);
    const auth = needsKey ? ` -H "Authorization: Bearer $ILAB_API_KEY"` : '';
    const body = JSON.stringify({ model: names[0], messages: [{ role: 'user', content: 'Hello' }] });
    this.note(`Try it: curl ${url}/v1/chat/completions${auth} -H 'Content-Type: application/json' -d '${body}'\nCtrl-C stops it.`);
  }

  /** One line, when it is ready; nothing more is said when it ends well. */
  override logJson(json: unknown): void {
    if (!this.#isTold || !(json as { readonly ok?: boolean }).ok) process.stdout.write(`${printableJson(json, 0)}\n`);
  }

  /** Being stopped is how it ends. */
  async #untilStopped(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }));
  }
}

type ServeFlags = Interfaces.InferredFlags<typeof ModelServe.flags> & Interfaces.InferredFlags<typeof ModelServe.baseFlags>;

interface Wishes {
  readonly words: readonly string[];
  readonly settings: ServeSettings;
}

type ByFormat = Pick<PlanEngineRequest, 'contextLength' | 'gpuLayers' | 'arguments'>;

/** The configuration has sections for engines by their names; each runs one format. */
function byFormat(flags: ServeFlags, { words, settings, isGguf }: Wishes & { readonly isGguf: boolean }): ByFormat {
  const contextLength = flags.context ?? (isGguf ? settings.contextLength : undefined);
  const gpuLayers = layers(flags['gpu-layers']) ?? (isGguf ? settings.gpuLayers : undefined);
  const all = isGguf ? words : [...settings.arguments, ...words];
  return { ...(contextLength !== undefined && { contextLength }), ...(gpuLayers !== undefined && { gpuLayers }), ...(all.length > 0 && { arguments: all }) };
}

async function readTemplate(file: string | undefined): Promise<string | undefined> {
  try {
    return file === undefined ? undefined : await readFile(file, 'utf8');
  } catch (cause) {
    throw new IlabError('E_USAGE', `The chat template ${file} can’t be read.`, { hint: 'Name a file with a Jinja template.', cause });
  }
}
