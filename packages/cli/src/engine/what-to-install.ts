import type { Ilab, RunnerTask } from '@ilab/sdk';
import type { UsedModel } from './wanted-model.ts';

/** The command that brings what would do the work, as a sentence. */
export async function whatToInstall(
  { engines, runners }: Pick<Ilab, 'engines' | 'runners'>,
  { task, models }: { readonly task: RunnerTask | undefined; readonly models: readonly UsedModel[] },
): Promise<string> {
  if (task !== undefined) {
    const runner = (await runners.list()).find(({ tasks, state }) => (state === 'missing' || state === 'incomplete') && tasks.includes(task))?.runner;
    return runner === undefined ? 'See: ilab runner list' : `Install a runner: ilab runner install ${runner}`;
  }
  const formats = models.flatMap((model) => ('path' in model ? [model.format] : []));
  const missing = (await engines.list()).filter(({ state }) => state === 'missing');
  // For the model itself; adapters and their like have the engine of their base.
  const engine = missing.find((one) => one.formats.some((format) => formats.includes(format))) ?? missing[0];
  return engine === undefined ? 'See: ilab engine list' : `Install an engine: ilab engine install ${engine.engine}`;
}
