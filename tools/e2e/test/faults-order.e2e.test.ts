import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine, type Machine, removeMachine } from '../src/faults/machine.ts';
import { generateContents } from '../src/faults/metered-model.ts';
import { createScene, type Scene } from '../src/faults/scene.ts';
import { runTraced, type TracedCall, withoutStrace } from '../src/faults/traced-run.ts';
import { orderViolations } from '../src/faults/write-order.ts';

const WITHOUT_STRACE = await withoutStrace();

describe(`the order in which a download writes${WITHOUT_STRACE ? ` (skipped: ${WITHOUT_STRACE})` : ''}`, () => {
  let scene: Scene;
  let machine: Machine;
  let calls: readonly TracedCall[] = [];
  beforeAll(async () => {
    scene = await createScene(generateContents(20_000_000, 'order'));
    machine = await createMachine();
    if (!WITHOUT_STRACE) ({ calls } = await runTraced(machine, ['model', 'download', scene.reference]));
  });
  afterAll(async () => {
    await scene.close();
    await removeMachine(machine);
  });

  it.skipIf(WITHOUT_STRACE)('is data, sync, name, sync of the directory, version record', () => {
    expect(orderViolations(calls, machine.store)).toEqual([]);
  });

  const isRename = (to: RegExp) => (call: TracedCall) => call.call === 'rename' && to.test(call.text.split('", "')[1] ?? '');
  const weights = isRename(/model-00001-of-00002\.safetensors"/);
  const record = isRename(/\.versions\/v1\.json"/);
  const metadata = isRename(/\/\.metadata"/);

  /** The trace with one call where another stood, and the other way round. */
  function swapped(one: number, other: number): readonly TracedCall[] {
    const [a, b] = [calls[one], calls[other]];
    if (!a || !b) throw new Error('the trace lacks what is to be swapped');
    const at = ({ began, ended }: TracedCall) => ({ began, ended });
    return calls.map((call, index) => (index === one ? { ...a, ...at(b) } : index === other ? { ...b, ...at(a) } : call));
  }

  it.skipIf(WITHOUT_STRACE)('would be found wrong if a file were named before it is synced', () => {
    const named = calls.findIndex(weights);
    const partial = /^rename\("([^"]+)"/.exec(calls[named]?.text ?? '')?.[1] ?? '';
    const sync = calls.findLastIndex(({ call, text }, index) => index < named && call === 'fsync' && text.includes(`<${partial}>`));
    expect(orderViolations(swapped(named, sync), machine.store).join()).toContain('named before its bytes were synced');
  });

  it.skipIf(WITHOUT_STRACE)('would be found wrong if the record came before the last file', () => {
    expect(orderViolations(swapped(calls.findIndex(record), calls.findIndex(weights)), machine.store).join()).toContain('came after the version record');
  });

  it.skipIf(WITHOUT_STRACE)('would be found wrong if .metadata came after the first file', () => {
    const first = calls.findIndex(isRename(/\/@[^/]+\/[^.]/));
    expect(orderViolations(swapped(calls.findIndex(metadata), first), machine.store).join()).toContain('came before .metadata was durable');
  });

  it.skipIf(WITHOUT_STRACE)('would be found wrong without the sync of any one directory that names something', () => {
    for (const directory of ['.versions', '/original', '/acme', '/model']) {
      const without = calls.filter(({ call, text }) => !(call === 'fsync' && text.includes(`${directory}>`)));
      expect(without.length, directory).toBeLessThan(calls.length);
      expect(orderViolations(without, machine.store), directory).not.toEqual([]);
    }
  });
});
