import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runner, RunnerJob } from '@ilab/plugin-api';
import { testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '@ilab/programs';
import { createPythonRunner } from '../src/python-runner.ts';
import { LACKS, PYTHON } from './python.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

const UV = findProgram('uv', process.env);

let root: string;
let requirements: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ilab-runner-'));
  requirements = join(root, 'requirements.txt');
  mkdirSync(join(root, 'output'));
  // Nothing but Python, and what its programs need.
  mkdirSync(join(root, 'bin'));
  symlinkSync(PYTHON, join(root, 'bin', 'python3'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Pins the library in a version, by a hash that is the wheel's or another. */
function pin(version: string, hash = wheelOf(version)): void {
  writeFileSync(requirements, `tiny-library==${version} --hash=sha256:${hash}\n`);
}

function wheelOf(version: string): string {
  return execFileSync(PYTHON, [fixture('make_wheel.py'), root, version], { encoding: 'utf8' }).trim();
}

function runner(env: Record<string, string> = {}): Runner {
  // No index is asked: the wheel lies in a folder.
  const offline = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: root, PIP_CONFIG_FILE: '/dev/null' };
  return createPythonRunner(
    {
      name: 'tiny',
      tasks: ['train'],
      bridge: fixture('tiny_bridge.py'),
      requirements,
      python: { oldest: 9, newest: 20 },
      parameters: { epochs: 'number', data: 'text' },
      fit: async () => ({ fits: true, because: 'It is tiny.' }),
    },
    testEngineContext({ data: join(root, 'data'), env: { PATH: join(root, 'bin'), HOME: root, ...offline, ...env }, home: root }),
  );
}

const job = (parameters: RunnerJob['parameters'] = {}): RunnerJob => ({ task: 'train', models: {}, parameters, output: join(root, 'output') });

async function version(): Promise<unknown> {
  return (await runner().run(job(), () => undefined, {})).summary['version'];
}

describe.skipIf(LACKS)(`an environment${LACKS ? ` (${LACKS})` : ''}`, () => {
  it('is missed before it is made', async () => {
    pin('1.0');
    const missed = { code: 'E_PLUGIN_MISSING', hint: 'Install it: ilab runner install tiny', details: { runner: 'tiny' } };
    await expect(runner().fit(job(), {})).rejects.toMatchObject(missed);
    await expect(runner().run(job(), () => undefined, {})).rejects.toMatchObject(missed);
  });

  it('is made of what is pinned, and tells of it', async () => {
    const events: unknown[] = [];
    await runner().install?.((event) => events.push(event), {});
    expect(events).toContainEqual({ type: 'progress', done: 1, total: 2, unit: 'steps', label: 'install packages' });
    expect(await runner().fit(job(), {})).toEqual({ fits: true, because: 'It is tiny.' });
    const { summary } = await runner().run(job(), () => undefined, {});
    expect(summary).toMatchObject({ version: '1.0', file: expect.stringContaining(join(root, 'data', 'environment')) });
  });

  it('is left alone when it is whole, and made anew without its Python', async () => {
    const events: unknown[] = [];
    await runner().install?.((event) => events.push(event), {});
    expect(events).toEqual([]);
    rmSync(join(root, 'data', 'environment', 'bin', 'python'));
    await expect(version()).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING' });
    await runner().install?.(() => undefined, {});
    expect(await version()).toBe('1.0');
  });

  it('of other requirements counts as none, and is made anew', async () => {
    pin('2.0');
    await expect(version()).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING' });
    await runner().install?.(() => undefined, {});
    expect(await version()).toBe('2.0');
    expect(readdirSync(join(root, 'data')).sort()).toEqual(['environment', 'home']);
  });

  it('takes nothing whose bytes are others', async () => {
    wheelOf('3.0');
    pin('3.0', '0'.repeat(64));
    await expect(runner().install?.(() => undefined, {})).rejects.toMatchObject({ code: 'E_ENGINE', details: { log: expect.any(Array) } });
    await expect(version()).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING' });
  });

  it('is not there when its making was stopped', async () => {
    pin('4.0');
    const controller = new AbortController();
    const stopped = runner().install?.(() => controller.abort(new Error('enough')), { signal: controller.signal });
    await expect(stopped).rejects.toThrow('enough');
    expect(readdirSync(join(root, 'data'))).not.toContain('environment');
  });

  it.skipIf(UV === undefined)('is made by uv where it is, of the same', async () => {
    pin('5.0');
    const path = [join(root, 'bin'), join(UV ?? '', '..')].join(delimiter);
    await runner({ PATH: path, UV_NO_INDEX: '1', UV_FIND_LINKS: root, UV_OFFLINE: '1', UV_CACHE_DIR: join(root, 'cache') }).install?.(() => undefined, {});
    expect(await version()).toBe('5.0');
    pin('5.0', '0'.repeat(64));
    await expect(runner({ PATH: path, UV_NO_INDEX: '1', UV_FIND_LINKS: root }).install?.(() => undefined, {})).rejects.toMatchObject({ code: 'E_ENGINE' });
  });

  it('is made by nobody where there is no Python', async () => {
    await expect(runner({ PATH: '/nowhere' }).install?.(() => undefined, {})).rejects.toMatchObject({
      code: 'E_ENGINE',
      message: 'No Python 3.9 to 3.20 is on PATH.',
    });
  });
});

it.each<[RunnerJob['parameters'], RegExp]>([
  [{ rate: 1 }, /knows no parameter “rate”/],
  [{ epochs: 'three' }, /“epochs” is no number/],
  [{ data: 3 }, /“data” is no text/],
  [{ constructor: 'x' }, /knows no parameter/],
])('refuses parameters that the library does not know: %j', async (parameters, message) => {
  await expect(runner().fit(job(parameters), {})).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(message) });
  await expect(runner().run(job(parameters), () => undefined, {})).rejects.toMatchObject({ code: 'E_USAGE' });
});
