import { type EngineEntry, formatsToRun, type IlabError, type ModelFormat } from '@ilab/sdk';

/** An engine that has to be installed first. */
export interface LackingEngine {
  readonly engine: string;
  /** Why, as the rest of a sentence: “no engine that runs gguf is installed”. */
  readonly because: string;
}

/**
 * What would have to be installed before a model can run, told by its format: before the model is here, that is all that is known.
 * @param backend the engine that was asked for
 * @returns undefined where an engine is ready that may run it, and where installing none would help
 */
export function lackingFor(entries: readonly EngineEntry[], format: ModelFormat, backend?: string): LackingEngine | undefined {
  if (backend !== undefined) {
    const named = entries.find(({ engine }) => engine === backend);
    return named && canBeInstalled(named) ? lacking(named, `${backend} is not installed`) : undefined;
  }
  const wanted = formatsToRun(format);
  const able = wanted.flatMap((one) => entries.filter(({ formats }) => formats.includes(one)));
  if (able.some(({ state }) => state === 'ready')) return undefined;
  const first = able.find(({ state }) => state === 'incomplete') ?? able.find(canBeInstalled);
  return first && lacking(first, `no engine that runs ${wanted.join(' or ')} is installed`);
}

/** The engine that is why it can't run, where installing it, or what it needs, would help. */
export function lackingBy({ details }: IlabError, entries: readonly EngineEntry[]): string | undefined {
  const entry = entries.find(({ engine }) => engine === details?.['engine']);
  return entry && canBeInstalled(entry) ? entry.engine : undefined;
}

function lacking({ engine, state }: EngineEntry, because: string): LackingEngine {
  return { engine, because: state === 'incomplete' ? `${engine} is not installed completely` : because };
}

function canBeInstalled({ state }: EngineEntry): boolean {
  return state === 'missing' || state === 'incomplete';
}
