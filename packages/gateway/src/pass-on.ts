import type { IncomingMessage, ServerResponse } from 'node:http';

/** Milliseconds in which whoever asked takes nothing of the answer. They hold a place of the engine's. */
const PATIENCE = 60_000;

/**
 * Passes an answer on as it comes, and no faster than it is taken; ending the response is left to the caller. What came together goes on
 * together, the head and the end too: each packet wakes whoever reads it, and that costs more than the bytes.
 * @param onPiece sees each piece on its way
 * @throws when the answer breaks off, or nobody takes it
 */
export function passOn(answer: IncomingMessage, response: ServerResponse, onPiece: (piece: Buffer) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let held: NodeJS.Immediate | undefined;
  let patience: NodeJS.Timeout | undefined;
  let isHeadOut = false;
  const hold = (): void => {
    if (held) return;
    // Not the response, which would end before what it holds (Node 24).
    response.socket?.cork();
    held = setImmediate(() => {
      held = undefined;
      // Whoever waits for a stream is to know that it has begun, before its first piece if need be.
      if (!isHeadOut) response.flushHeaders();
      isHeadOut = true;
      response.socket?.uncork();
    });
  };
  hold();
  answer.on('data', (piece: Buffer) => {
    onPiece(piece);
    hold();
    isHeadOut = true;
    if (response.write(piece)) return;
    answer.pause();
    patience = setTimeout(() => reject(new Error('the answer is not taken')), PATIENCE);
    response.once('drain', () => {
      clearTimeout(patience);
      answer.resume();
    });
  });
  answer.on('end', () => (answer.complete ? resolve() : reject(new Error('the answer was cut off'))));
  answer.on('error', reject);
  answer.on('close', () => reject(new Error('the answer was cut off')));
  return promise.finally(() => {
    clearImmediate(held);
    clearTimeout(patience);
    answer.destroy();
  });
}
