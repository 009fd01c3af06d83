import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineRequest, EngineSession } from '@ilab/plugin-api';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';

const skipped = NO_ENGINE ?? (process.platform === 'linux' ? undefined : 'what a process has is read from Linux’s /proc');
const PLAIN = { ...DEMO.model, adapters: [] };

let session: EngineSession | undefined;
afterEach(() => session?.end());

describe.skipIf(skipped)(`the memory that is said before (${skipped ?? 'real engine'})`, { timeout: 60_000 }, () => {
  it.each<[string, EngineRequest]>([
    ['a short context', { ...DEMO, model: PLAIN, contextLength: 512, slots: 1 }],
    ['a long one for several', { ...DEMO, model: PLAIN, contextLength: 16_384, slots: 4 }],
    ['an adapter, with a context of its own', { ...DEMO, contextLength: 8192, slots: 4 }],
  ])('is what %s takes, within 15 in 100', async (_what, request) => {
    const said = await realEngine().memory?.(request, {});
    session = await realEngine().start(request, {});
    const messages = [{ role: 'user', content: 'What is InstructLab?' }];
    await post(session, 'chat/completions', { model: 'demo', messages, max_tokens: 20, temperature: 0 });
    const taken = residentBytes(session.processId ?? 0);
    const total = (said?.weights ?? 0) + (said?.cache ?? 0) + (said?.rest ?? 0);
    expect(total / taken, `${total} of ${taken} bytes`).toBeGreaterThan(0.85);
    expect(total / taken, `${total} of ${taken} bytes`).toBeLessThan(1.15);
  });
});

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
