import type { Content } from '../target/content.ts';

interface Part extends Content {
  /** In bytes. */
  readonly size: number;
}

/** One content after the other. */
export function joinContent(parts: readonly Part[]): Part {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return {
    size,
    async *open({ start, end } = { start: 0, end: size }) {
      let before = 0;
      for (const part of parts) {
        const range = { start: Math.max(0, start - before), end: Math.min(part.size, end - before) };
        if (range.start < range.end) yield* part.open(range);
        before += part.size;
      }
    },
  };
}
