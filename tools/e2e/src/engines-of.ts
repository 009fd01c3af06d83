import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The processes that llama.cpp runs in, below a server that has begun; the oldest first. */
export async function enginesOf(server: number): Promise<readonly number[]> {
  for (let tries = 0; tries < 100; tries++) {
    const children = (await readFile(join('/proc', String(server), 'task', String(server), 'children'), 'utf8')).trim().split(' ').filter(Boolean);
    const lines = await Promise.all(children.map((child) => readFile(join('/proc', child, 'cmdline'), 'utf8').catch(() => '')));
    const engines = children.filter((_, index) => lines[index]?.includes('llama-cpp')).map(Number);
    if (engines.length > 0) return engines;
    await sleep(50);
  }
  throw new Error('no engine runs');
}
