/** A piece of the input that knows where it stands, so that an error can point at it. */
export interface Span {
  readonly text: string;
  /** Index of its first character in the input. */
  readonly at: number;
}

export function sliceSpan({ text, at }: Span, from: number, to: number = text.length): Span {
  return { text: text.slice(from, to), at: at + from };
}

/** The pieces between separators. */
export function splitSpan(span: Span, separator: string): readonly Span[] {
  const parts: Span[] = [];
  let from = 0;
  for (;;) {
    const to = span.text.indexOf(separator, from);
    if (to < 0) return [...parts, sliceSpan(span, from)];
    parts.push(sliceSpan(span, from, to));
    from = to + separator.length;
  }
}

/** From the start of the first piece to the end of the last; the pieces must be neighbours. */
export function joinSpans(parts: readonly Span[], separator: string): Span {
  return { text: parts.map((part) => part.text).join(separator), at: parts[0]?.at ?? 0 };
}
