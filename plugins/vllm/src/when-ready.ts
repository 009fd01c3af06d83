import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointRequest, Endpoints } from '@ilab/plugin-api';

/** Milliseconds between two looks, and for one. */
const EVERY = 250;
const PATIENCE = 5000;

/** A server that comes up, and how it is asked. */
export interface Awaited {
  readonly endpoints: Endpoints;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly name: string;
}

/**
 * Waits until the server is up, which for a large model takes minutes, and is ours: it knows the key and has the model.
 * @returns tokens of a conversation, where it tells
 */
export async function whenReady({ endpoints, origin, headers, name }: Awaited, signal: AbortSignal): Promise<{ readonly contextLength?: number }> {
  for (;;) {
    if ((await look(endpoints, { url: `${origin}/health` }, signal)) !== undefined) {
      const answer = await look(endpoints, { url: `${origin}/v1/models`, headers }, signal);
      const { data } = Object(answer) as { readonly data?: unknown };
      const model = Array.isArray(data) ? data.map((one: unknown) => Object(one) as Record<string, unknown>).find(({ id }) => id === name) : undefined;
      const length = model?.['max_model_len'];
      if (model) return Number.isSafeInteger(length) ? { contextLength: Number(length) } : {};
    }
    await sleep(EVERY, undefined, { signal });
  }
}

/** @returns what a good answer says: JSON, or text; undefined for any other */
async function look(endpoints: Endpoints, request: EndpointRequest, signal: AbortSignal): Promise<unknown> {
  try {
    const { status, body } = await endpoints.ask(request, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
    const text = Buffer.concat(await Array.fromAsync(body)).toString('utf8');
    return status === 200 ? parsed(text) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
