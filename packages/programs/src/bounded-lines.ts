import { StringDecoder } from 'node:string_decoder';

/**
 * Splits what a process writes into lines, none of which can fill the memory: what is longer than `limit` characters is cut there, and
 * the rest of that line is let go.
 * @returns what takes the next bytes, and what takes the end, where a last line may lack its line feed
 */
export function boundedLines(limit: number, onLine: (line: string, cut: boolean) => void): { take(bytes: Uint8Array): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let cut = false;
  const flush = (): void => {
    onLine(held, cut);
    held = '';
    cut = false;
  };
  const add = (text: string): void => {
    const room = limit - held.length;
    if (text.length > room) cut = true;
    held += text.slice(0, room);
  };
  const takeText = (text: string): void => {
    const [first = '', ...rest] = text.split('\n');
    add(first);
    for (const line of rest) {
      flush();
      add(line);
    }
  };
  return {
    take: (bytes) => takeText(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    end() {
      takeText(decoder.end());
      if (held !== '') flush();
    },
  };
}
