import { type Engine, type EngineRequest, type EngineSession, nullLogger } from '@ilab/core';
import { expect, it } from 'vitest';
import { patientEngine } from '../../src/engines/patient-engine.ts';

const request: EngineRequest = { model: { names: ['m'], path: '/m', format: 'gguf', files: [], adapters: [] } };

/** @returns the engine, its lines, and what ends its start */
function slow() {
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<EngineSession>();
  const engine: Engine = { name: 'slow', fit: async () => ({ fits: true, because: 'So.' }), start: () => promise };
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const info = (line: string): void => {
    lines.push(line);
    tell();
  };
  return { lines, told, resolve, reject, engine: patientEngine(engine, { logger: { ...nullLogger, info }, every: 5 }) };
}

it('tells that a start takes long, and falls silent with its end', async () => {
  for (const ending of ['resolve', 'reject'] as const) {
    const { engine, lines, told, ...end } = slow();
    const started = engine.start(request, {}).then(
      () => 'resolve',
      () => 'reject',
    );
    await told;
    if (ending === 'resolve') end.resolve({} as EngineSession);
    else end.reject(new Error('broken'));
    expect(await started).toBe(ending);
    expect(lines[0]).toBe('m is still being started by slow, for 0 s now.');
    const heard = lines.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(lines).toHaveLength(heard);
  }
});
