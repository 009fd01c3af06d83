import { beforeEach, describe, expect, it } from 'vitest';
import {
  type EnginePlan,
  IlabError,
  type MemoryNeed,
  type ModelFormat,
  planEngine,
  type PlanEngineRequest,
  startEngine,
  type StartEngineRequest,
} from '../../src/index.ts';
import { type FakeEngine, fakeEngine, fakeEngines } from '../fakes/engines.ts';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot, STORE } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/granite:main';
const LORA = 'huggingface.co/org/lora:main';
const [A, B] = [commit('a'), commit('b')];
const NEED: MemoryNeed = { weights: 6e9, cache: 2e9, rest: 1e9 };

let fakes: Fakes;
let engine: FakeEngine;
let free: number;
let asked: string[];

beforeEach(async () => {
  fakes = createFakes({ aliases: { mine: MAIN, theirs: 'huggingface.co/org/other:main', broken: 'a//b', lora: LORA } });
  engine = fakeEngine('llama-cpp', { need: NEED });
  free = 100e9;
  asked = [];
  hold(fakes, {
    [MAIN]: remoteSnapshot({ repository: 'org/granite', files: { 'm.gguf': 'weights', 'README.md': 'read' } }),
    [LORA]: remoteSnapshot({ repository: 'org/lora', revision: B, files: { 'adapter_config.json': '{}', 'adapter_model.safetensors': 'w' } }),
  });
  await download(fakes, 'org/granite');
  await download(fakes, 'org/lora');
});

const FORMATS: readonly ModelFormat[] = ['gguf', 'safetensors'];

function deps(answer?: boolean) {
  const confirm = ({ message }: { readonly message: string }): Promise<boolean> => {
    asked.push(message);
    return Promise.resolve(answer ?? false);
  };
  const prompt = { ...fakes.deps.prompt, interactive: answer !== undefined, confirm };
  const memory = { available: () => Promise.resolve(free) };
  return { ...fakes.deps, engines: fakeEngines([[engine, { name: 'llama-cpp', formats: FORMATS }]]), memory, prompt };
}

const plan = (request: PlanEngineRequest): Promise<EnginePlan> => planEngine(deps(), request, {});
const start = async (request: Partial<StartEngineRequest> = {}, answer?: boolean) =>
  startEngine(deps(answer), await plan({ model: 'org/granite' }), { purpose: 'serve', ...request }, {});

describe('planEngine', () => {
  it('calls a model by its reference, then by the aliases that mean it', async () => {
    const planned = await plan({ model: 'mine', contextLength: 512 });
    expect(planned).toMatchObject({ engine: 'llama-cpp', names: [MAIN, 'mine'], memory: NEED, models: [{ reference: MAIN }] });
    expect(planned.request).toEqual({
      contextLength: 512,
      model: { names: [MAIN, 'mine'], path: `${STORE}/huggingface.co/org/granite/@${A}/m.gguf`, format: 'gguf', files: expect.any(Array), adapters: [] },
    });
  });

  it('calls a path by all of it', async () => {
    fakes.paths.set('/models/granite.gguf', { kind: 'model', path: '/models/granite.gguf', format: 'gguf', files: [] });
    expect((await plan({ model: '/models/granite.gguf' })).names).toEqual(['/models/granite.gguf']);
  });

  it('loads adapters, and asks for the first', async () => {
    const planned = await plan({ model: 'org/granite', adapters: ['lora'] });
    expect(planned.names).toEqual([LORA, 'lora']);
    expect(planned.request.model).toMatchObject({
      names: [MAIN, 'mine'],
      adapters: [{ names: [LORA, 'lora'], path: `${STORE}/huggingface.co/org/lora/@${B}`, files: expect.any(Array) }],
    });
    expect(planned.models.map(({ reference }) => reference)).toEqual([MAIN, LORA]);
  });

  it.each([
    ['org/granite', [MAIN, LORA]],
    ['/etc', undefined],
    [undefined, undefined],
  ])('brings the base of an adapter: %s', async (base, models) => {
    fakes.facts.set(`${STORE}/huggingface.co/org/lora/@${B}`, base === undefined ? {} : { base });
    const planning = plan({ model: 'org/lora' });
    if (models) expect((await planning).models.map(({ reference }) => reference)).toEqual(models);
    else await expect(planning).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining(`--adapter ${LORA}`) });
  });

  it('takes no model for an adapter', async () => {
    hold(fakes, { 'huggingface.co/org/whole:main': remoteSnapshot({ repository: 'org/whole', files: { 'config.json': '{}', 'm.safetensors': 'w' } }) });
    await expect(plan({ model: 'org/granite', adapters: ['hf://org/whole'] })).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('looks for nothing that is at an endpoint, and asks no network offline', async () => {
    const request = { model: 'gpt-test', endpoint: 'https://host/v1', backend: 'llama-cpp' };
    expect(await plan(request)).toMatchObject({ names: ['gpt-test'], models: [], request: { endpoint: 'https://host/v1', model: { path: '' } } });
    const offline = { ...deps(), settings: { ...fakes.deps.settings, offline: true } };
    await expect(planEngine(offline, request, {})).rejects.toMatchObject({ code: 'E_OFFLINE' });
    expect(await planEngine(offline, { ...request, endpoint: 'http://127.0.0.1:8000/v1' }, {})).toMatchObject({ names: ['gpt-test'] });
  });
});

describe('a session', () => {
  it('leases its model until it is ended', async () => {
    const session = await start();
    expect(session).toMatchObject({ endpoint: 'http://127.0.0.1:1/v1', headers: { authorization: 'Bearer key' }, processId: 1 });
    expect([...fakes.state.inUse]).toEqual([A]);
    await session.end();
    expect([...fakes.state.inUse]).toEqual([]);
    expect(engine.ended).toBe(1);
    expect(await session.ended).toMatchObject({ asked: true });
  });

  it('gives it free when it crashes, and can be started again', async () => {
    const first = await start();
    engine.crashes[0]?.({ asked: false, because: 'It was killed by SIGSEGV.' });
    expect(await first.ended).toEqual({ asked: false, because: 'It was killed by SIGSEGV.' });
    expect([...fakes.state.inUse]).toEqual([]);
    await start();
    expect([...fakes.state.inUse]).toEqual([A]);
  });

  it('that does not start leases nothing', async () => {
    engine.fails = new IlabError('E_ENGINE', 'no');
    await expect(start()).rejects.toBe(engine.fails);
    expect([...fakes.state.inUse]).toEqual([]);
  });

  it.each<[string, () => void, Partial<StartEngineRequest>]>([
    ['a file is gone', () => void fakes.state.snapshots.forEach(({ files }) => void files.delete('m.gguf')), {}],
    ['bytes are wrong, and it looks at them', () => void fakes.rot.bad.add(`${A} m.gguf`), { verify: 'content' }],
  ])('is not started where %s', async (_what, damage, request) => {
    const planned = await plan({ model: 'org/granite' });
    damage();
    const starting = startEngine(deps(), planned, { purpose: 'serve', ...request }, {});
    await expect(starting).rejects.toMatchObject({
      code: 'E_INTEGRITY',
      hint: `Put it right: ilab model verify ${MAIN} --repair`,
      details: { files: ['m.gguf'] },
    });
    expect(engine.requests).toEqual([]);
    expect([...fakes.state.inUse]).toEqual([]);
  });

  it('looks at presence and size unless it is to look closer', async () => {
    await start();
    expect(fakes.rot.depths).toEqual(['quick']);
  });

  it('needs no file that nobody asked for', async () => {
    fakes.state.snapshots.forEach(({ files }) => void files.delete('README.md'));
    await expect(start()).resolves.toBeDefined();
  });
});

describe('memory', () => {
  beforeEach(() => {
    free = 8e9;
  });

  it('that lacks is told, where nobody can be asked', async () => {
    await expect(start()).rejects.toMatchObject({
      code: 'E_NO_MEMORY',
      message: `${MAIN} takes 9.0 GB of memory (weights 6.0 GB, context 2.0 GB), and 8.0 GB are free.`,
      details: { ...NEED, free: 8e9 },
    });
    expect([...fakes.state.inUse]).toEqual([]);
  });

  it.each([true, false])('that lacks is asked about: %s', async (answer) => {
    const starting = start({}, answer);
    if (answer) await expect(starting).resolves.toBeDefined();
    else await expect(starting).rejects.toMatchObject({ code: 'E_NO_MEMORY' });
    expect(asked).toEqual([expect.stringContaining('Start it all the same?')]);
  });

  it.each([true, false])('that not even weights fit into is asked about before they are fetched: %s', async (answer) => {
    free = 3;
    hold(fakes, { 'huggingface.co/org/large:main': remoteSnapshot({ repository: 'org/large', files: { 'm.gguf': 'heavier' } }) });
    const planning = planEngine(deps(answer), { model: 'hf://org/large' }, {});
    if (answer) expect(await planning).toMatchObject({ models: [{ downloaded: true }] });
    else await expect(planning).rejects.toMatchObject({ code: 'E_NO_MEMORY', hint: expect.stringContaining('ilab model download huggingface.co/org/large') });
    expect(asked).toEqual([expect.stringContaining('Download it all the same?')]);
    expect(fakes.log.includes('place m.gguf') && fakes.state.snapshots.size === 3).toBe(answer);
  });

  it('is no matter where it was asked about before, or nothing is known', async () => {
    await expect(start({ anyway: true }, false)).resolves.toBeDefined();
    engine = fakeEngine('llama-cpp');
    await expect(start()).resolves.toBeDefined();
    expect(asked).toEqual([]);
  });
});
