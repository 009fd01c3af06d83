import type { Engine, Logger } from '@ilab/core';

/** Milliseconds between two lines. */
const EVERY = 10_000;

/** An engine that tells that it is still starting, where that takes long: tens of gigabytes are read for minutes, and nothing else is heard of it. */
export function patientEngine(engine: Engine, { logger, every = EVERY }: { readonly logger: Logger; readonly every?: number }): Engine {
  return {
    ...engine,
    async start(request, options) {
      const began = performance.now();
      const tell = (): void => logger.info(`${request.model.names[0]} is still being started by ${engine.name}, for ${seconds(began)} s now.`);
      const timer = setInterval(tell, every);
      try {
        return await engine.start(request, options);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}
