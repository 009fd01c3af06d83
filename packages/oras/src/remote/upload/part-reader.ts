import { IlabError } from '@ilab/core/adapter';
import type { Content } from '../../target/content.ts';

/**
 * Reads content part by part, as one stream as long as each part begins where the last one ended: what comes from another registry is
 * not asked for anew with every chunk.
 */
export interface PartReader {
  /** @throws IlabError E_INTEGRITY when the content ends before the part, or goes on after it, and what the content throws */
  read(part: { readonly start: number; readonly end: number }): AsyncGenerator<Uint8Array>;
  /** What the content threw; undefined for what else may have gone wrong. */
  readonly failure: unknown;
  close(): Promise<void>;
}

/** Content that was opened somewhere. */
interface Opened {
  readonly pieces: AsyncIterator<Uint8Array>;
  position: number;
  /** Of the last piece, what belongs to the next part. */
  rest: Uint8Array;
  /** Whether a part waits for a piece; one that broke may do so still. */
  isBusy: boolean;
}

export function createPartReader(content: Content, size: number): PartReader {
  let current: Opened | undefined;
  let failure: unknown;

  async function close(): Promise<void> {
    const closing = current;
    current = undefined;
    // A piece that is still waited for may never come, and what is thrown now is of no interest.
    const closed = Promise.resolve(closing?.pieces.return?.()).catch(() => undefined);
    if (!closing?.isBusy) await closed;
  }

  async function openAt(start: number): Promise<Opened> {
    if (current && !current.isBusy && current.position === start) return current;
    await close();
    current = { pieces: content.open({ start, end: size })[Symbol.asyncIterator](), position: start, rest: new Uint8Array(), isBusy: false };
    return current;
  }

  async function next(opened: Opened): Promise<Uint8Array | undefined> {
    if (opened.rest.length > 0) return opened.rest;
    opened.isBusy = true;
    try {
      for (let step = await opened.pieces.next(); !step.done; step = await opened.pieces.next()) {
        if (step.value.length > 0) return step.value;
      }
      return undefined;
    } catch (error) {
      if (opened === current) failure = error;
      throw error;
    } finally {
      opened.isBusy = false;
    }
  }

  async function* read({ start, end }: { readonly start: number; readonly end: number }): AsyncGenerator<Uint8Array> {
    const opened = await openAt(start);
    while (opened.position < end) {
      const piece = await next(opened);
      if (!piece) throw fail();
      const part = piece.subarray(0, end - opened.position);
      opened.rest = piece.subarray(part.length);
      opened.position += part.length;
      yield part;
    }
    if (end === size && (await next(opened))) throw fail();
  }

  function fail(): IlabError {
    const error = new IlabError('E_INTEGRITY', 'What was to be pushed is not as long as its descriptor says.', {
      hint: 'It may have changed meanwhile: push it again.',
      side: 'source',
    });
    failure = error;
    return error;
  }

  return {
    read,
    close,
    get failure() {
      return failure;
    },
  };
}
