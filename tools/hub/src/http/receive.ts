import type { Exchange } from './exchange.ts';

/** Takes a body, up to where a fault or the client ends it. */
export async function receive({ request, response, faults }: Exchange): Promise<{ readonly content: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  let isWhole = false;
  const fault = faults.find(({ kind }) => kind === 'cut' || kind === 'stall');
  const end = fault && 'at' in fault ? fault.at : Number.POSITIVE_INFINITY;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= end) break;
    }
    isWhole = size < end;
    if (fault?.kind === 'cut' && !isWhole) response.destroy();
  } catch {
    // The client went away.
  }
  return { content: Buffer.concat(chunks), isWhole };
}
