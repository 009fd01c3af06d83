import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks, and for one. */
const EVERY = 250;
const PATIENCE = 5000;

/**
 * Waits until the server is up, which for a large model takes minutes, and is ours: it knows the key and has the model.
 * @returns tokens of a conversation, where it tells
 */
export async function whenReady(
  origin: string,
  { headers, name, signal }: { readonly headers: Readonly<Record<string, string>>; readonly name: string; readonly signal: AbortSignal },
): Promise<{ readonly contextLength?: number }> {
  for (;;) {
    if ((await look(`${origin}/health`, { signal }))?.ok) {
      const answer = await look(`${origin}/v1/models`, { headers, signal });
      const { data } = Object(await answer?.json().catch(() => undefined)) as { readonly data?: unknown };
      const model = Array.isArray(data) ? data.map((one: unknown) => Object(one) as Record<string, unknown>).find(({ id }) => id === name) : undefined;
      const length = model?.['max_model_len'];
      if (model) return Number.isSafeInteger(length) ? { contextLength: Number(length) } : {};
    }
    await sleep(EVERY, undefined, { signal });
  }
}

async function look(
  url: string,
  { signal, headers = {} }: { readonly signal: AbortSignal; readonly headers?: Readonly<Record<string, string>> },
): Promise<Response | undefined> {
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
