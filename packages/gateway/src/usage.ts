/** Usage stands at the end of an answer. */
const KEPT = 2048;

/** Reads from an answer that passes by how many tokens it took, where it says so. */
export function watchUsage(): { see(piece: Buffer): void; tokens(): { readonly prompt: number; readonly completion: number } | undefined } {
  let tail = '';
  return {
    see(piece) {
      tail = (tail + piece.toString('latin1')).slice(-KEPT);
    },
    tokens() {
      const prompt = lastNumber(tail, /"prompt_tokens"\s*:\s*(\d{1,12})/g);
      if (prompt === undefined) return undefined;
      return { prompt, completion: lastNumber(tail, /"completion_tokens"\s*:\s*(\d{1,12})/g) ?? 0 };
    },
  };
}

function lastNumber(text: string, pattern: RegExp): number | undefined {
  const match = [...text.matchAll(pattern)].at(-1);
  return match && Number(match[1]);
}
