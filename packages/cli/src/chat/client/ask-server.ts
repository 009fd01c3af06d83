import type { CallOptions } from '@ilab/sdk';

/** Milliseconds: it is on this very machine. */
const PATIENCE = 3000;

/** What a server says of a model of its. */
export interface ServerAnswer {
  /** Why it can't be used, as a sentence; absent where it can. */
  readonly because?: string;
  readonly contextLength?: number;
}

/** Asks a server of the user's own whether it lets us in, and has a model. */
export async function askServer(
  { url, headers, name }: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly name: string },
  { signal }: CallOptions,
): Promise<ServerAnswer> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(`${url}/v1/models`, { headers, redirect: 'manual', signal: signal ? AbortSignal.any([signal, patience]) : patience });
    if (response.status === 401) return { because: 'it wants its key, which goes into ILAB_API_KEY.' };
    const { data } = Object(await response.json()) as { readonly data?: unknown };
    const listed = (Array.isArray(data) ? data : []).map((one: unknown) => Object(one) as { readonly id?: unknown; readonly max_model_len?: unknown });
    const model = listed.find(({ id }) => id === name);
    if (!model) return { because: 'it does not list it.' };
    return typeof model.max_model_len === 'number' ? { contextLength: model.max_model_len } : {};
  } catch {
    signal?.throwIfAborted();
    return { because: 'it does not answer.' };
  }
}
