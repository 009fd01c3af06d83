import type { CallOptions, Endpoints } from '@ilab/sdk';
import { boundedText } from './bounded-text.ts';

/** Milliseconds: it is on this very machine. */
const PATIENCE = 3000;
/** Bytes: a thousand models with long names. */
const LARGEST = 1024 * 1024;

/** What a server says of a model of its. */
export interface ServerAnswer {
  /** Why it can't be used, as a sentence; absent where it can. */
  readonly because?: string;
  readonly contextLength?: number;
}

export interface AskedServer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly name: string;
  readonly endpoints: Endpoints;
}

/** Asks a server of the user's own whether it lets us in, and has a model. */
export async function askServer({ url, headers, name, endpoints }: AskedServer, { signal }: CallOptions): Promise<ServerAnswer> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const { status, body } = await endpoints.ask({ url: `${url}/v1/models`, headers }, { signal: signal ? AbortSignal.any([signal, patience]) : patience });
    const text = await boundedText(body, LARGEST);
    if (status === 401) return { because: 'it wants its key, which goes into ILAB_API_KEY.' };
    const { data } = Object(JSON.parse(text ?? '')) as { readonly data?: unknown };
    const listed = (Array.isArray(data) ? data : []).map((one: unknown) => Object(one) as { readonly id?: unknown; readonly max_model_len?: unknown });
    const model = listed.find(({ id }) => id === name);
    if (!model) return { because: 'it does not list it.' };
    return typeof model.max_model_len === 'number' ? { contextLength: model.max_model_len } : {};
  } catch {
    signal?.throwIfAborted();
    return { because: 'it does not answer.' };
  }
}
