import { IlabError, isIlabError } from '../../errors/ilab-error.ts';
import { formatsToRun } from '../../model/format.ts';
import type { ModelFormat } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { EngineFit, EngineRequest } from '../../ports/engine.ts';
import type { Engines } from '../../ports/engines.ts';
import type { Logger } from '../../ports/logger.ts';

export interface ChooseEngineDeps {
  readonly engines: Engines;
  readonly logger: Logger;
}

/** An engine, and why it is this one, as sentences. */
export interface ChosenEngine {
  readonly engine: string;
  readonly because: string;
}

/** Speaks to servers of others. */
const FOR_ENDPOINTS = 'openai';

/**
 * Which engine is to run a model: the one that was asked for, else the first of those that run its format and fit.
 * @throws IlabError E_PLUGIN_MISSING when none is installed (`details.engine` could be); E_ENGINE when none that is can run it here
 */
export async function chooseEngine(
  deps: ChooseEngineDeps,
  { request, backend }: { readonly request: EngineRequest; readonly backend?: string | undefined },
  options: CallOptions,
): Promise<ChosenEngine> {
  const formats = formatsToRun(request.model.format);
  const named = backend ?? (request.endpoint === undefined ? undefined : FOR_ENDPOINTS);
  if (named !== undefined) return chooseNamed(deps, { request, named, formats }, options);
  const able = formats.flatMap((format) => deps.engines.installed.filter((engine) => engine.formats.includes(format)).map(({ name }) => ({ name, format })));
  const problems: IlabError[] = [];
  for (const { name, format } of able) {
    const fit = await fitOf(deps, { name, request }, options);
    if (isIlabError(fit)) problems.push(fit);
    else if (fit.fits) return { engine: name, because: `It runs ${format}. ${fit.because}` };
    else problems.push(unfit(name, fit));
  }
  throw problems[0] ?? noneInstalled(deps.engines, formats);
}

async function chooseNamed(
  { engines, logger }: ChooseEngineDeps,
  { request, named, formats }: { readonly request: EngineRequest; readonly named: string; readonly formats: readonly ModelFormat[] },
  options: CallOptions,
): Promise<ChosenEngine> {
  const engine = await engines.open(named, options);
  const made = engines.installed.find(({ name }) => name === named)?.formats ?? [];
  if (request.endpoint === undefined && !formats.some((format) => made.includes(format)))
    logger.warn(`${named} is not made for ${formats.join(' or ')}; it was asked for, and is tried.`);
  const fit = await engine.fit(request, options);
  if (!fit.fits) throw unfit(named, fit);
  return { engine: named, because: `${request.endpoint === undefined ? 'It was asked for' : 'The model is at an endpoint'}. ${fit.because}` };
}

/** A broken engine stands in nobody's way. */
async function fitOf(
  { engines }: ChooseEngineDeps,
  { name, request }: { readonly name: string; readonly request: EngineRequest },
  options: CallOptions,
): Promise<EngineFit | IlabError> {
  try {
    return await (await engines.open(name, options)).fit(request, options);
  } catch (error) {
    if (isIlabError(error) && (error.code === 'E_PLUGIN_BROKEN' || error.code === 'E_PLUGIN_MISSING')) return error;
    throw error;
  }
}

function unfit(name: string, { because, hint }: EngineFit & { readonly fits: false }): IlabError {
  return new IlabError('E_ENGINE', `${name} can’t run it: ${because}`, { hint, details: { engine: name } });
}

function noneInstalled({ installable }: Engines, formats: readonly ModelFormat[]): IlabError {
  const [format] = formats;
  const engine = formats.flatMap((one) => installable.filter((each) => each.formats.includes(one)))[0]?.name;
  const install = engine === undefined ? [] : [`Install one: ilab engine install ${engine}`];
  const convert = format === 'safetensors' && !formats.includes('gguf') ? ['Convert it to GGUF, which llama-cpp runs: ilab model convert'] : [];
  return new IlabError('E_PLUGIN_MISSING', `No engine that runs ${formats.join(' or ')} is installed.`, {
    hint: [...install, ...convert].join('. ') || 'See: ilab engine list',
    details: { format, ...(engine !== undefined && { engine }) },
  });
}
