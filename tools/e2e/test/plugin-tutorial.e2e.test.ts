import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuthorWorld,
  createAuthorWorld,
  createReader,
  freePort,
  lackingAuthorWorld,
  type Outcome,
  readTutorial,
  type TutorialCommand,
} from '../src/index.ts';

const PAGE = 'docs/plugin-tutorial.md';
const CONTENT = 'GGUF and so on';
const LACKS = await lackingAuthorWorld();

describe.skipIf(LACKS)(`the page ${PAGE}${LACKS ? ` (${LACKS})` : ''}`, () => {
  let world: AuthorWorld;
  let commands: readonly TutorialCommand[];
  beforeAll(async () => {
    world = await createAuthorWorld();
    const port = String(await freePort());
    commands = (await readTutorial(PAGE)).map(({ line, ...command }) => ({ ...command, line: line.replaceAll('8377', port) }));
  }, 600_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('leads from nothing to a model in ten commands or fewer', () => {
    expect(commands.length).toBeLessThanOrEqual(10);
    expect(commands[0]?.line).toMatch(/^npm create ilab-plugin/);
    expect(commands.at(-1)?.line).toMatch(/^ilab model download/);
  });

  it('is right in every command, and the model is there', { timeout: 300_000 }, async () => {
    await using reader = createReader(world.workspace.home, world.env);
    let last: Outcome | undefined;
    for (const command of commands) {
      last = await world.types(reader, command);
      expect(last, `${command.line}\n${last.stdout}${last.stderr}`).toMatchObject({ code: command.stays ? null : 0 });
      if (command.line === 'ilab registry list') expect(last.stdout).toMatch(/^shelf +shelf:\/\/ +shelf\.example +ilab-plugin-shelf 0\.1\.0 +ready$/m);
    }
    expect(await readFile(last?.stdout.trim() ?? '', 'utf8')).toBe(CONTENT);
  });
});
