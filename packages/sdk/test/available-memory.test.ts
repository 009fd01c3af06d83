import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryGauge } from '../src/hardware/available-memory.ts';

const GIB = 1024 ** 3;

/** What is available where the kernel says this. */
function available(files: Readonly<Record<string, string>>): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'ilab-memory-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'proc/meminfo': `MemTotal: 1 kB\nMemAvailable: ${8 * 1024 ** 2} kB\n`, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return createMemoryGauge({ proc: join(root, 'proc'), cgroup: join(root, 'cgroup') }).available({});
}

const group = (max: string, used: number, cached = 0) => ({
  'memory.max': max,
  'memory.current': `${used}\n`,
  'memory.stat': `anon 5\ninactive_file ${cached}\n`,
});
const at = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [join('cgroup', folder, name), text]));

describe('the memory that is available', () => {
  it('is what the machine has where nothing limits it', async () => {
    expect(await available({})).toBe(8 * GIB);
    expect(await available({ 'proc/self/cgroup': '0::/user/me\n', ...at('user/me', group('max\n', GIB)) })).toBe(8 * GIB);
  });

  it('is what is left of a limit; caches of files are no loss', async () => {
    expect(await available({ 'proc/self/cgroup': '0::/\n', ...at('', group(`${4 * GIB}\n`, 3 * GIB)) })).toBe(GIB);
    expect(await available({ 'proc/self/cgroup': '0::/\n', ...at('', group(`${4 * GIB}\n`, 3 * GIB, 2 * GIB)) })).toBe(3 * GIB);
  });

  it('heeds every group above', async () => {
    const files = { ...at('pod', group(`${2 * GIB}\n`, GIB)), ...at('pod/job', group('max\n', GIB)) };
    expect(await available({ 'proc/self/cgroup': '0::/pod/job\n', ...files })).toBe(GIB);
  });

  it('is nothing where a limit is passed', async () => {
    expect(await available({ 'proc/self/cgroup': '0::/\n', ...at('', group(`${GIB}\n`, 2 * GIB)) })).toBe(0);
  });

  it('reads the older interface, too', async () => {
    const files = {
      'memory.limit_in_bytes': `${4 * GIB}\n`,
      'memory.usage_in_bytes': `${3 * GIB}\n`,
      'memory.stat': `inactive_file 1\ntotal_inactive_file ${GIB}\n`,
    };
    const groups = '12:cpu,cpuacct:/x\n5:memory:/docker/abc\n';
    expect(await available({ 'proc/self/cgroup': groups, ...at('memory/docker/abc', files) })).toBe(2 * GIB);
    expect(await available({ 'proc/self/cgroup': groups, ...at('memory', files) })).toBe(2 * GIB);
  });

  it('is a number on the machine that this runs on', async () => {
    const bytes = await createMemoryGauge().available({});
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(totalmem());
  });
});
