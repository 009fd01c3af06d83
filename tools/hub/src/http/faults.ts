/** What can go wrong with an answer. */
export type Fault = {
  /** Which requests: part of the path, or a pattern on `METHOD /path?query`. */
  readonly on: string | RegExp;
  /** How often; default once. */
  readonly times?: number;
} /** The connection breaks, nothing more comes, or one byte is another; `at` is an offset in the file, whatever range is asked for. */ & (
  | { readonly kind: 'cut' | 'stall' | 'wrong-bytes'; readonly at: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'no-range' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'lost' }
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
