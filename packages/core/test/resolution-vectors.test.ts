import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type IlabError, isIlabError, type PullPolicy, type Resolution, resolveReference } from '../src/index.ts';
import { buildWorld, placeOf, type World } from './world.ts';

interface Case {
  readonly world: string;
  readonly value: string;
  readonly outcome: 'tracked' | 'path' | 'remote' | 'ask' | 'error';
  readonly ref?: string;
  readonly path?: string;
  readonly version?: string;
  readonly format?: string;
  readonly code?: string;
  readonly contains?: readonly string[];
  readonly candidates?: readonly string[];
  readonly tty?: boolean;
  readonly pull?: PullPolicy;
  readonly offline?: boolean;
}

const vectors = JSON.parse(readFileSync(new URL('../vectors/resolution.json', import.meta.url), 'utf8')) as {
  worlds: Record<string, World>;
  cases: readonly Case[];
};

test('there are vectors', () => {
  expect(vectors.cases.length).toBeGreaterThan(50);
});

vectors.cases.forEach((vector, index) => {
  const flags = [vector.pull && `pull ${vector.pull}`, vector.offline && 'offline', vector.tty && 'terminal'].filter(Boolean).join(', ');
  test(`resolution ${index + 1}: ${vector.value} in ${vector.world}${flags && ` (${flags})`}`, async () => {
    const { deps, asked } = buildWorld(vectors.worlds[vector.world] as World, vector);
    const outcome = await attempt(resolveReference(deps, { value: vector.value, ...(vector.pull && { pull: vector.pull }) }, {}));
    if (vector.outcome === 'ask') expect(asked).toEqual([vector.candidates]);
    else if (vector.outcome === 'error') checkError(vector, outcome);
    else checkResolution(vector, outcome);
  });
});

function checkError(vector: Case, outcome: Resolution | IlabError): void {
  expect(isIlabError(outcome) ? outcome.code : outcome).toBe(vector.code);
  if (!isIlabError(outcome)) return;
  for (const text of vector.contains ?? []) expect(`${outcome.message} ${outcome.hint}`).toContain(text);
  if (vector.candidates) expect(outcome.details?.['candidates']).toEqual(vector.candidates);
}

function checkResolution(vector: Case, outcome: Resolution | IlabError): void {
  if (isIlabError(outcome)) throw outcome;
  expect(outcome.kind).toBe(vector.outcome);
  if (vector.ref !== undefined)
    expect(outcome.kind === 'remote' ? outcome.reference.canonical : outcome.kind === 'tracked' && outcome.reference).toBe(vector.ref);
  if (outcome.kind === 'remote') return;
  if (vector.path !== undefined) expect(outcome.path).toBe(placeOf(vector.path));
  if (vector.format !== undefined) expect(outcome.format).toBe(vector.format);
  if (vector.version !== undefined) expect(outcome.kind === 'tracked' && outcome.version).toBe(vector.version);
}

async function attempt(resolving: Promise<Resolution>): Promise<Resolution | IlabError> {
  try {
    return await resolving;
  } catch (error) {
    if (isIlabError(error)) return error;
    throw error;
  }
}
