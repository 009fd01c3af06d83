/** What can go wrong with an answer. */
export type Fault = {
  /** Which requests: part of the path, or a pattern on `METHOD /path?query`. */
  readonly on: string | RegExp;
  /** How often; default once. */
  readonly times?: number;
} & (
  | { readonly kind: 'cut' /** Bytes of the body before the connection breaks. */; readonly after: number }
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'wrong-bytes' /** Offset in the file of the byte that is changed. */; readonly at: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'no-range' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'etag' }
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
);

/** Faults that are switched on, each until it has struck as often as it should. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Takes the faults that strike this request. */
  take(method: string, url: string): readonly Fault[];
}

export function createFaults(): Faults {
  let active: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => active.push({ fault, left: fault.times ?? 1 }),
    clear() {
      active = [];
    },
    take(method, url) {
      const struck = active.filter(({ fault: { on }, left }) => left > 0 && (typeof on === 'string' ? url.includes(on) : on.test(`${method} ${url}`)));
      for (const entry of struck) entry.left--;
      return struck.map(({ fault }) => fault);
    },
  };
}
