/** A body as UTF-8; undefined where it has more than `most` bytes, of which no more are read. */
export async function boundedText(body: AsyncIterable<Uint8Array>, most: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > most) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
