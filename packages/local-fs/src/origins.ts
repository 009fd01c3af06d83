import { join } from 'node:path';
import { type Clock, type Origin, type Origins, redact } from '@ilab/core';
import { writeFileDurably } from './durable.ts';
import { storeError } from './fs-errors.ts';
import { METADATA } from './layout.ts';
import { readSmallJson } from './model-files.ts';

const SCHEMA = 1;
const LONGEST = 500;

/** Keeps what a model was made of beside it, in `.metadata`. */
export function createOrigins({ tool, clock }: { readonly tool: string; readonly clock: Clock }): Origins {
  return {
    async note(directory, { parent, revision, by, step }) {
      const json = { schema: SCHEMA, parent: { reference: parent, revision }, made: { by, step }, created: clock.now().toISOString(), tool };
      try {
        await writeFileDurably(join(directory, METADATA), `${JSON.stringify(json, null, 2)}\n`);
      } catch (error) {
        throw storeError(error, directory);
      }
    },
  };
}

/** What is noted of a model that was made on this machine. Whoever brought the folder may have written it: it is shown, and leads nowhere. */
export function readOrigin(directory: string): Origin | undefined {
  const json = readSmallJson(join(directory, METADATA));
  if (json?.['schema'] !== SCHEMA) return undefined;
  const { reference, revision } = fields(json['parent']);
  const { by, step } = fields(json['made']);
  if (typeof reference !== 'string' || reference === '' || typeof by !== 'string') return undefined;
  return {
    parent: redact(reference.slice(0, LONGEST)),
    by: redact(by.slice(0, LONGEST)),
    ...(typeof revision === 'string' && { revision: redact(revision.slice(0, LONGEST)) }),
    ...(Number.isSafeInteger(step) && { step: step as number }),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
