/** Lines at the bottom of a terminal that are written over again and again. */
export interface LiveArea {
  show(lines: readonly string[]): void;
  clear(): void;
}

export function createLiveArea(stream: NodeJS.WriteStream): LiveArea {
  let shown = 0;
  const upAndClear = (): string => (shown === 0 ? '' : `\u001b[${shown}A\u001b[J`);
  return {
    show(lines) {
      const visible = lines.slice(-Math.max(1, (stream.rows ?? 24) - 1));
      stream.write(`${upAndClear()}${visible.join('\n')}\n`);
      shown = visible.length;
    },
    clear() {
      if (shown > 0) stream.write(upAndClear());
      shown = 0;
    },
  };
}
