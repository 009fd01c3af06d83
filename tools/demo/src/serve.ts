import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { COMMAND, environmentOf } from './ask.ts';

/** A server that runs. */
export interface Serving {
  /** Ends in `/v1`. */
  readonly url: string;
  readonly model: string;
  stop(): Promise<void>;
}

/** Starts `ilab model serve`, and waits for the one line that says where. */
export async function serve(home: string, env: Readonly<Record<string, string | undefined>>, args: readonly string[]): Promise<Serving> {
  const child = spawn(process.execPath, [...COMMAND, 'model', 'serve', '--port', '0', '--json', ...args], {
    cwd: home,
    env: environmentOf(home, env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line = ''] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended.then(() => [])])) as readonly string[];
  if (line === '') throw new Error('The server did not start.');
  const { result } = JSON.parse(line) as { readonly result: { readonly url: string; readonly models: readonly { readonly names: readonly string[] }[] } };
  return {
    url: `${result.url}/v1`,
    model: result.models[0]?.names[0] ?? '',
    async stop() {
      child.kill();
      await ended;
    },
  };
}
