import { printable } from '../present/printable.ts';
import { shellWord } from '../present/shell-word.ts';
import type { StepToTake } from '../present/steps.ts';
import { formatBytes } from '../present/units.ts';
import type { Situation } from './situation.ts';

/** What there is, in a sentence. */
export function describeSituation({ models, adapters, checkpoints, size }: Situation): string {
  const counts = [
    count(models, 'model'),
    ...(adapters > 0 ? [count(adapters, 'adapter')] : []),
    ...(checkpoints > 0 ? [count(checkpoints, 'checkpoint')] : []),
  ];
  if (models + adapters + checkpoints === 0) return 'No models are here yet.';
  return `Here: ${counts.join(', ')}${size > 0 ? `, ${formatBytes(size)}` : ''}.`;
}

/** Commands that make sense now, the first one first. Few: all of them are in the help. */
export function nextSteps(situation: Situation): readonly StepToTake[] {
  const { olderConfig, broken } = situation;
  return [
    ...(situation.server ? withServer(situation.server) : []),
    ...(situation.model ? withModel(situation, situation.model) : withoutModel(situation)),
    ...(broken > 0 ? [['ilab doctor', `${broken === 1 ? 'something is' : `${broken} things are`} broken: says what to do`] as const] : []),
    ...(olderConfig === undefined ? [] : [['ilab config migrate', `your configuration is of version ${olderConfig}; it works as it is`] as const]),
  ];
}

function withServer({ url, model }: NonNullable<Situation['server']>): readonly StepToTake[] {
  return [[`ilab model chat --endpoint-url ${url}/v1 --model ${word(model)}`, 'talk to the server that runs']];
}

function withModel({ lacksEngine, isDefault }: Situation, { reference, format }: NonNullable<Situation['model']>): readonly StepToTake[] {
  const named = isDefault ? '' : ` --model ${word(reference)}`;
  return [
    ...(lacksEngine === undefined ? [] : [[`ilab engine install ${lacksEngine}`, `to run ${format} models`] as const]),
    [`ilab model chat${named}`, 'talk to it'],
    [`ilab model serve${named}`, 'for programs: an API like OpenAI’s'],
    ['ilab model list', 'what is here'],
  ];
}

function withoutModel({ defaultModel }: Situation): readonly StepToTake[] {
  return [
    ['ilab model chat', defaultModel === undefined ? 'talk to a model' : `downloads ${defaultModel}, when you say yes`],
    ['ilab config init', 'choose a model that suits this machine'],
    ['ilab model download REF', 'any model of huggingface.co or an OCI registry'],
    ['ilab model import --from huggingface', 'what other tools have here: also ollama, instructlab'],
  ];
}

function word(text: string): string {
  return shellWord(printable(text));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
