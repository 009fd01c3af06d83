import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that somebody else wrote, on a free port of loopback. */
export interface RealServer {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  stop(): Promise<void>;
}

export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Path that answers once it is ready. */
  readonly ready?: string;
  /** Whether it speaks TLS; then it is ready once it takes connections. */
  readonly tls?: boolean;
  /** A file that takes what it writes to standard output. */
  readonly output?: string;
  /** Default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const READY_WITHIN = 20_000;

/** Starts a server and waits until it answers. It is ended by its process id. */
export async function startServer({ program, args, port, ready = '/', tls = false, output, env }: ServerProgram): Promise<RealServer> {
  const taking = output === undefined ? 'ignore' : openSync(output, 'a');
  const child = spawn(program, args, { stdio: ['ignore', taking, 'pipe'], ...(env && { env }) });
  if (taking !== 'ignore') closeSync(taking);
  if (!child.stderr) throw new Error(`${program} has no standard error`);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const deadline = Date.now() + READY_WITHIN;
  while (!(await (tls ? listens(port) : answers(`http://127.0.0.1:${port}${ready}`)))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} did not start: ${said}`);
    }
    await sleep(50);
  }
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1000), redirect: 'manual' });
    return true;
  } catch {
    return false;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
