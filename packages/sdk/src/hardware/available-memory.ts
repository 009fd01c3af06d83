import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemoryGauge } from '@ilab/core';

/** Where Linux tells of memory, and of the limits of containers; a test has a folder of its own. */
export interface MemoryPlaces {
  readonly proc: string;
  readonly cgroup: string;
}

const LINUX: MemoryPlaces = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/** What this process could have: what the machine has free, and what is left of each limit above it. */
export function createMemoryGauge(places: MemoryPlaces = LINUX): MemoryGauge {
  return {
    async available() {
      const free = (await machineFree(places)) ?? process.availableMemory();
      return Math.min(free, ...(await leftOfLimits(places)));
    },
  };
}

/** Free, or taken by what can be dropped, as caches of files are. */
async function machineFree({ proc }: MemoryPlaces): Promise<number | undefined> {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec((await read(join(proc, 'meminfo'))) ?? '')?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Of each control group that this process is in, what may still be used. A limit holds for all groups below it. */
async function leftOfLimits({ proc, cgroup }: MemoryPlaces): Promise<readonly number[]> {
  const groups = (await read(join(proc, 'self', 'cgroup'))) ?? '';
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1];
  const legacy = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(groups)?.[1];
  const left = [
    ...(unified === undefined ? [] : upwards(cgroup, unified).map((folder) => leftOf(folder, V2))),
    ...(legacy === undefined ? [] : upwards(join(cgroup, 'memory'), legacy).map((folder) => leftOf(folder, V1))),
  ];
  return (await Promise.all(left)).flat();
}

/** Names of the files of a control group, in both versions of the kernel's interface. */
interface GroupFiles {
  readonly limit: string;
  readonly used: string;
  /** Key of `memory.stat` for caches of files that can be dropped. */
  readonly cached: string;
}

const V2: GroupFiles = { limit: 'memory.max', used: 'memory.current', cached: 'inactive_file' };
const V1: GroupFiles = { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', cached: 'total_inactive_file' };

async function leftOf(folder: string, files: GroupFiles): Promise<readonly number[]> {
  const [limit, used, stat = ''] = await Promise.all([read(join(folder, files.limit)), read(join(folder, files.used)), read(join(folder, 'memory.stat'))]);
  if (limit === undefined || used === undefined || !/^\d+\s*$/.test(limit)) return [];
  const cached = Number(new RegExp(`^${files.cached} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return [Math.max(0, Number(limit) - Number(used) + cached)];
}

/** A group and those above it. In a container its own stands at the root, whatever the machine calls it. */
function upwards(root: string, group: string): readonly string[] {
  const parts = group.split('/').filter((part) => part !== '' && part !== '..');
  return [root, ...parts.map((_part, index) => join(root, ...parts.slice(0, index + 1)))];
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
