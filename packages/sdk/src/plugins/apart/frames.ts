import type { Duplex } from 'node:stream';
import { pack, unpack } from './plain.ts';

/** Of one message, in bytes: the files of a revision with a hundred thousand of them, and the largest answer of an API. */
export const LARGEST_MESSAGE: number = 64 * 1024 * 1024;

/** Bytes that the other side may leave unread. */
const MOST_UNREAD = 4 * LARGEST_MESSAGE;

/** Messages over a channel, each behind its length. */
export interface Messages {
  send(message: unknown): void;
}

/** Speaks in messages over a channel. `broken` is called once, when what comes is none. */
export function createMessages(channel: Duplex, on: { readonly message: (message: unknown) => void; readonly broken: (why: string) => void }): Messages {
  let pieces: Buffer[] = [];
  let held = 0;
  let isBroken = false;

  const broken = (why: string): void => {
    if (isBroken) return;
    isBroken = true;
    pieces = [];
    held = 0;
    on.broken(why);
  };

  /** The next message's length; undefined while it has not come. */
  const lengthAhead = (): number | undefined => {
    if (held < 4) return undefined;
    if ((pieces[0]?.length ?? 0) < 4) pieces = [Buffer.concat(pieces)];
    return pieces[0]?.readUInt32BE(0);
  };

  const drain = (): void => {
    for (let length = lengthAhead(); length !== undefined && !isBroken; length = lengthAhead()) {
      if (length > LARGEST_MESSAGE || length < 4) return broken(`it sent a message of ${length} bytes`);
      if (held < 4 + length) return;
      const all = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
      const rest = all.subarray(4 + length);
      pieces = rest.length > 0 ? [rest] : [];
      held = rest.length;
      receive(all.subarray(4, 4 + length));
    }
  };

  const receive = (body: Buffer): void => {
    let message: unknown;
    try {
      message = unpack(body);
    } catch (error) {
      return broken(`it sent what is no message: ${error instanceof Error ? error.message.slice(0, 100) : ''}`);
    }
    on.message(message);
  };

  channel.on('data', (piece: Buffer) => {
    if (isBroken) return;
    pieces.push(piece);
    held += piece.length;
    drain();
  });
  // Whose channel it is sees to its end.
  channel.on('error', () => undefined);
  return {
    send(message) {
      const body = pack(message);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length);
      if (channel.destroyed || channel.writableEnded || isBroken) return;
      channel.write(head);
      channel.write(body);
      if (channel.writableLength > MOST_UNREAD) broken('it does not read what it asked for');
    },
  };
}
