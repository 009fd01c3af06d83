import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, lacking, root, startTerminal, type Workspace } from '../src/index.ts';
import { placeIn, type VectorWorld, writeWorld } from '../src/vector-world.ts';

interface Vector {
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
  readonly pull?: string;
  readonly offline?: boolean;
}

interface Found {
  readonly reference: string;
  readonly path: string;
  readonly origin: string;
  readonly format: string;
  readonly version?: string;
  readonly steps?: readonly unknown[];
}

interface Answer {
  readonly result?: Found;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string; readonly details?: Readonly<Record<string, unknown>> };
}

const { worlds, cases } = JSON.parse(readFileSync(join(root, 'packages', 'core', 'vectors', 'resolution.json'), 'utf8')) as {
  worlds: Readonly<Record<string, VectorWorld>>;
  cases: readonly Vector[];
};

const missing = lacking('tmux');
const places = new Map<string, Workspace>();
beforeAll(async () => {
  for (const [name, world] of Object.entries(worlds)) {
    const workspace = await createWorkspace();
    places.set(name, workspace);
    await writeWorld(workspace, world);
  }
});
afterAll(async () => {
  for (const workspace of places.values()) await workspace.remove();
});

function placeOf({ world }: Vector): Workspace {
  const workspace = places.get(world);
  if (!workspace) throw new Error(`there is no world ${world}`);
  return workspace;
}

/** What would go to a registry is seen by what `--pull never` says to do. */
function flagsOf({ outcome, pull, offline }: Vector): readonly string[] {
  const policy = outcome === 'remote' ? 'never' : pull;
  return [...(policy === undefined ? [] : ['--pull', policy]), ...(offline ? ['--offline'] : [])];
}

const titled = cases.map((vector, index) => ({ vector, title: `${index + 1}: ${vector.value} in ${vector.world}` }));

describe.each([
  { command: ['model', 'path', '--explain'], found: ({ result }: Answer) => result },
  { command: ['model', 'serve'], found: ({ error }: Answer) => wouldUse(error, 'model') },
  { command: ['data', 'generate'], found: ({ error }: Answer) => wouldUse(error, 'teacher-model') },
])('ilab $command --model', ({ command, found }) => {
  it.each(titled.filter(({ vector }) => vector.tty !== true))('$title', async ({ vector }) => {
    const { stdout } = await placeOf(vector).ilab([...command, '--model', vector.value, ...flagsOf(vector), '--json']);
    const answer = JSON.parse(stdout) as Answer;
    if (vector.outcome === 'error') checkError(vector, answer);
    else if (vector.outcome === 'remote') {
      expect(answer.error?.code).toBe('E_NOT_FOUND');
      expect(answer.error?.hint).toMatch(endingWith(`Fetch it: ilab model download ${vector.ref}`));
    } else if (vector.format === 'adapter' && command.includes('serve')) checkBaseless(vector, answer);
    else checkFound(vector, found(answer));
    if (command.includes('--explain') && answer.result) expect(answer.result.steps?.length).toBeGreaterThan(0);
  });
});

describe.skipIf(missing)(`on a terminal${missing ? ` (${missing})` : ''}`, () => {
  it.each(titled.filter(({ vector }) => vector.outcome === 'ask'))('$title asks', async ({ vector }) => {
    const { home, env } = placeOf(vector);
    for (const command of ['path', 'serve']) {
      const terminal = await startTerminal([process.execPath, CLI, 'model', command, '--model', vector.value], { cwd: home, env, columns: 120 });
      try {
        for (const candidate of vector.candidates ?? []) await terminal.shows(candidate);
        await terminal.type('C-c');
        await terminal.shows(/ended with (?:4|130)/);
      } finally {
        await terminal.close();
      }
    }
  });
});

it('leaves no vector out', () => {
  expect(cases.length).toBeGreaterThan(50);
  expect(cases.filter(({ tty, outcome }) => tty === true && outcome !== 'ask')).toEqual([]);
});

function wouldUse(error: Answer['error'], role: string): Found | undefined {
  expect(error?.code, error?.message).toBe('E_PLUGIN_MISSING');
  const would = error?.details?.['would'] as { readonly models: Readonly<Record<string, Found>> } | undefined;
  return would?.models[role];
}

function checkError({ code, contains = [], candidates }: Vector, { error }: Answer): void {
  expect(error?.code).toBe(code);
  for (const text of contains) expect(`${error?.message} ${error?.hint}`).toContain(text);
  if (candidates) expect(error?.details?.['candidates']).toEqual(candidates);
}

function checkFound(vector: Vector, found: Found | undefined): void {
  expect(found).toMatchObject({
    origin: vector.outcome,
    ...(vector.ref !== undefined && { reference: vector.ref }),
    ...(vector.path !== undefined && { path: placeIn(placeOf(vector), vector.path) }),
    ...(vector.format !== undefined && { format: vector.format }),
    ...(vector.version !== undefined && { version: vector.version }),
  });
}

/** An adapter is found like any model; one that does not say of which model it is can't be served, and is told so by its path. */
function checkBaseless(vector: Vector, { error }: Answer): void {
  expect(error?.code).toBe('E_USAGE');
  expect(error?.message).toContain(`${placeIn(placeOf(vector), vector.path ?? '')} is an adapter`);
}

function endingWith(text: string): RegExp {
  return new RegExp(`${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
