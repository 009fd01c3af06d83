import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AUTHORS_PACKAGES,
  CLI,
  CLI_PACKAGES,
  createReader,
  createWorkspace,
  freePort,
  layOutModules,
  mustRun,
  type Outcome,
  packAll,
  type PackageRegistry,
  type Reader,
  readTutorial,
  startPackageRegistry,
  type TutorialCommand,
  unpackArchive,
  unreachable,
  type Workspace,
} from '../src/index.ts';

const PAGE = 'docs/plugin-tutorial.md';
const WHOLE = process.env['ILAB_TEST_FULL'] === '1';
const CONTENT = 'GGUF and so on';
/** Where npm fetches packages of others, in the full run. */
const OTHERS = WHOLE ? (await mustRun('npm', ['config', 'get', 'registry'], { env: process.env })).trim() : undefined;
const LACKS = OTHERS === undefined ? undefined : await unreachable(OTHERS);

let workspace: Workspace;
let packages: PackageRegistry;
let archives: readonly string[];
let env: Readonly<Record<string, string | undefined>>;
let commands: readonly TutorialCommand[];
beforeAll(async () => {
  workspace = await createWorkspace();
  archives = await packAll([...new Set([...AUTHORS_PACKAGES, ...(WHOLE ? CLI_PACKAGES : [])])]);
  packages = await startPackageRegistry(archives, OTHERS);
  const bin = join(workspace.home, 'bin');
  await mkdir(bin);
  env = {
    // What it takes to reach the network from here: certificates, proxies.
    ...(WHOLE && process.env),
    ...workspace.env,
    PATH: [bin, join(workspace.home, 'ilab', 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
    npm_config_registry: packages.url,
    npm_config_cache: join(workspace.home, 'npm'),
    npm_config_yes: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    NO_COLOR: '1',
  };
  if (WHOLE) await mustRun('npm', ['install', '--global', '--prefix', join(workspace.home, 'ilab'), '--ignore-scripts', '@ilab/cli'], { env });
  else {
    await writeFile(join(bin, 'ilab'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
    await chmod(join(bin, 'ilab'), 0o755);
  }
  const port = String(await freePort());
  commands = (await readTutorial(PAGE)).map(({ line, ...command }) => ({ ...command, line: line.replaceAll('8377', port) }));
}, 600_000);
afterAll(async () => {
  await packages?.close();
  await workspace?.remove();
});

/** In the short run no package of others is fetched: what npm would put there is laid out. */
async function instead(reader: Reader, { line }: TutorialCommand): Promise<Outcome | undefined> {
  if (WHOLE) return undefined;
  if (line.startsWith('npm create ilab-plugin@latest ')) {
    const tool = join(workspace.home, 'create');
    await unpackArchive(archives, { name: 'create-ilab-plugin', directory: tool });
    const args = line
      .split(' ')
      .slice(3)
      .filter((word) => word !== '--');
    return { code: 0, stdout: await mustRun(process.execPath, [join(tool, 'dist', 'main.js'), ...args], { cwd: reader.directory, env }), stderr: '' };
  }
  if (line !== 'npm install') return undefined;
  await layOutModules(reader.directory, archives);
  return { code: 0, stdout: '', stderr: '' };
}

describe.skipIf(LACKS)(`the page ${PAGE}${LACKS ? ` (${LACKS})` : ''}`, () => {
  it('leads from nothing to a model in ten commands or fewer', () => {
    expect(commands.length).toBeLessThanOrEqual(10);
    expect(commands[0]?.line).toMatch(/^npm create ilab-plugin/);
    expect(commands.at(-1)?.line).toMatch(/^ilab model download/);
  });

  it('is right in every command, and the model is there', { timeout: 300_000 }, async () => {
    await using reader = createReader(workspace.home, env);
    let last: Outcome | undefined;
    for (const command of commands) {
      last = (await instead(reader, command)) ?? (await reader.types(command));
      expect(last, `${command.line}\n${last.stdout}${last.stderr}`).toMatchObject({ code: command.stays ? null : 0 });
      if (command.line === 'ilab registry list') expect(last.stdout).toMatch(/^shelf +shelf:\/\/ +shelf\.example +ilab-plugin-shelf 0\.1\.0 +ready$/m);
    }
    expect(await readFile(last?.stdout.trim() ?? '', 'utf8')).toBe(CONTENT);
  });
});

const NOT_HERE = WHOLE ? LACKS : 'in the full run';

describe.skipIf(NOT_HERE).each(['engine', 'runner'])(`npm create ilab-plugin -- --kind %s${NOT_HERE ? ` (${NOT_HERE})` : ''}`, (kind) => {
  it('writes a package whose tests pass as it is, outside of this repository', { timeout: 300_000 }, async () => {
    await using reader = createReader(workspace.home, env);
    for (const line of [`npm create ilab-plugin@latest my-${kind} -- --kind ${kind}`, `cd ilab-plugin-my-${kind}`, 'npm install', 'npm test', 'npm pack']) {
      const command = { line, stays: false };
      const outcome = (await instead(reader, command)) ?? (await reader.types(command));
      expect(outcome, `${line}\n${outcome.stdout}${outcome.stderr}`).toMatchObject({ code: 0 });
    }
    const archive = `./ilab-plugin-my-${kind}-0.1.0.tgz`;
    expect(await reader.types({ line: `ilab ${kind} install --yes ${archive}`, stays: false })).toMatchObject({ code: 0 });
    expect(await reader.types({ line: `ilab ${kind} list`, stays: false })).toMatchObject({
      stdout: expect.stringMatching(new RegExp(`^my-${kind} .*ready`, 'm')),
    });
  });
});
