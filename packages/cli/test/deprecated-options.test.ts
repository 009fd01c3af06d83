import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEPRECATED_OPTIONS, REMOVED_IN } from '../src/deprecation/options.ts';
import { OLD_CASES, type OldCase } from './deprecated-cases.ts';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { type Envelope, ilab, ilabJson } from './in-process.ts';

let world: OldWorld;
beforeAll(async () => {
  world = await createOldWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const words = ({ option }: OldCase): readonly string[] => option.command.split(' ');
/** A token has none, for nobody should type it, and what is no longer needed has none either. */
const hasOneOfToday = ({ option: { becomes } }: OldCase): boolean => becomes !== 'nothing' && !('variable' in becomes);

function oldWords(one: OldCase, { attached = false } = {}): readonly string[] {
  if (one.option.takes === 'nothing') return [one.spelling];
  return attached ? [`${one.spelling}=${one.value(world)}`] : [one.spelling, one.value(world)];
}

async function run(one: OldCase, option: readonly string[], beside = one.beside(world)): Promise<Envelope> {
  await world.reset();
  // What is to be removed has to be there.
  if (one.option.command === 'model remove') await ilab(['model', 'download', 'acme/a', '--store', world.store], world.env);
  return ilabJson([...words(one), ...beside, ...option], world.env);
}

/** All but times, and what warns. */
function meaning({ ok, result, error }: Envelope): unknown {
  return JSON.parse(JSON.stringify({ ok, result, error }, (key, value: unknown) => (key === 'seconds' ? 0 : value)));
}

describe.each(OLD_CASES.map((one) => ({ name: `${one.option.command} ${one.spelling}`, one })))('$name', ({ one }) => {
  it('means what today’s words mean, and warns once', async () => {
    const old = await run(one, oldWords(one));
    const today = await run(one, one.today(world, one.value(world)), one.todayBeside?.(world));
    expect(meaning(old)).toEqual(meaning(today));
    // The weights of this world are of no architecture, so that nothing converts them.
    const ending = one.option.command === 'model convert' ? 'E_NOT_A_MODEL' : 'E_PLUGIN_MISSING';
    expect(old.error?.code ?? ending, old.error?.message).toBe(ending);
    expect(today.warnings).toEqual([]);
    expect(old.warnings).toEqual([expect.stringContaining(one.option.say)]);
    expect(old.warnings[0]).toContain(one.option.old);
    expect(old.warnings[0]).toContain(REMOVED_IN);
  });

  it('warns on standard error, and nowhere else', async () => {
    const told = await ilab([...words(one), ...one.beside(world), ...oldWords(one, { attached: true })], world.env);
    expect(told.stderr.split('is deprecated')).toHaveLength(2);
    expect(told.stdout).not.toContain('deprecated');
    expect(`${told.stdout}${told.stderr}`).not.toContain('hf_old');
  });

  if (hasOneOfToday(one)) {
    it('is refused beside today’s', async () => {
      const both = await run(one, [...oldWords(one), ...one.today(world, one.value(world))], one.todayBeside?.(world));
      expect(both.error).toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('say the same thing') });
      expect(both.error?.message).toContain(one.option.old);
    });
  }

  it('is in help with --all, and not without', async () => {
    const spelled = new RegExp(`(?:^|[\\s,])${one.spelling}(?![\\w-])`, 'm');
    const all = await ilab([...words(one), '--help', '--all'], world.env);
    const help = await ilab([...words(one), '--help'], world.env);
    expect(all.stdout.split('DEPRECATED FLAGS')[1]).toMatch(spelled);
    expect(help.stdout).toContain('USAGE');
    expect(help.stdout).not.toMatch(spelled);
    expect(help.stdout).not.toContain('DEPRECATED');
  });
});

it('has a row for every old spelling of the thirteen commands', () => {
  expect(new Set(DEPRECATED_OPTIONS.map(({ command }) => command)).size).toBe(13);
  expect(OLD_CASES.length * 4).toBeGreaterThanOrEqual(150);
});
