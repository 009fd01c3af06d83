import type { ErrorCode, Json, RunnerEvent } from '@ilab/plugin-api';

/** What a bridge said at its end. */
export type BridgeEnd =
  | { readonly type: 'result'; readonly summary: Readonly<Record<string, Json>> }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string; readonly hint: string };

/** Characters of one line; a summary is the longest. */
export const LONGEST_LINE = 262_144;

const LONGEST_TEXT = 4096;
const CODES: readonly ErrorCode[] = ['E_USAGE', 'E_ENGINE', 'E_NOT_FOUND', 'E_REGISTRY', 'E_NO_MEMORY'];
const ARTIFACTS = ['checkpoint', 'adapter', 'dataset', 'report'] as const;
const NO_WAY_OUT = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]{1,1024}$/;

/**
 * Reads one line that a bridge wrote. A library can write anything there, so nothing is taken that isn't exactly as agreed.
 * @returns undefined for what is no message of version 1
 */
export function parseMessage(line: string): RunnerEvent | BridgeEnd | undefined {
  const json = parseObject(line);
  if (json?.['v'] !== 1) return undefined;
  switch (json['type']) {
    case 'progress':
      return progress(json);
    case 'metric':
      return metric(json);
    case 'artifact':
      return artifact(json);
    case 'result':
      return isObject(json['summary']) ? { type: 'result', summary: json['summary'] as Readonly<Record<string, Json>> } : undefined;
    case 'error':
      return failure(json);
    default:
      return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function progress({ done, total, unit, label }: Fields): RunnerEvent | undefined {
  if (!isCount(done) || typeof unit !== 'string' || (total !== undefined && !isCount(total))) return undefined;
  return { type: 'progress', done, unit: short(unit), ...(total !== undefined && { total }), ...(typeof label === 'string' && { label: short(label) }) };
}

function metric({ name, value, step }: Fields): RunnerEvent | undefined {
  if (typeof name !== 'string' || typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return { type: 'metric', name: short(name), value, ...(isCount(step) && { step }) };
}

function artifact({ kind, path, step }: Fields): RunnerEvent | undefined {
  const known = ARTIFACTS.find((one) => one === kind);
  if (known === undefined || typeof path !== 'string' || !NO_WAY_OUT.test(path)) return undefined;
  return { type: 'artifact', kind: known, path, ...(isCount(step) && { step }) };
}

function failure({ code, message, hint = '' }: Fields): BridgeEnd | undefined {
  if (typeof message !== 'string' || typeof hint !== 'string') return undefined;
  return { type: 'error', code: CODES.find((one) => one === code) ?? 'E_ENGINE', message: short(message), hint: short(hint) };
}

function parseObject(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function short(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
