/** How often something is tried again without any progress in between. */
export const MOST_RETRIES = 5;
const FIRST_DELAY = 250;
const LONGEST_DELAY = 8_000;
/** Nobody waits longer than this at a server's word. */
const LONGEST_WISH = 60_000;

/** Whether an answer may be another one next time (RFC 9110, 15.5.9, 15.6; RFC 6585, 4). */
export function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Milliseconds to wait before try number `attempt` (from 1): what the server asks for, else doubling with jitter. */
export function retryDelay(attempt: number, headers: Readonly<Record<string, string>> = {}, now: number = Date.now()): number {
  const wish = retryAfter(headers['retry-after'], now) ?? rateLimitReset(headers);
  if (wish !== undefined) return Math.min(wish, LONGEST_WISH);
  return Math.min(FIRST_DELAY * 2 ** (attempt - 1), LONGEST_DELAY) * (0.75 + Math.random() / 2);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  // Without the day's name it is no HTTP date, and `Date.parse` finds one in nearly anything.
  const date = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `RateLimit: "api";r=0;t=12`: nothing left, reset in 12 s (the form of draft 10, as the Hub sends it). */
function rateLimitReset(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['ratelimit'];
  const reset = value === undefined ? undefined : /;\s*t=(\d{1,9})/.exec(value)?.[1];
  return reset !== undefined && /;\s*r=0(?:\D|$)/.test(value ?? '') ? (Number(reset) + 1) * 1000 : undefined;
}
