import { redact } from '../errors/redact.ts';

/** Who holds something in the store, as it said itself. */
export interface Holder {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  /** The command, as `ilab model download …`. */
  readonly command: string;
  /** What it holds it for, as `download`. */
  readonly purpose: string;
}

/** `process 4711 (ilab model download …), since 2026-01-02T03:04:05.000Z`; fit for a terminal. */
export function describeHolder(holder: Holder | undefined): string {
  if (!holder) return 'another process';
  const { pid, command, since } = holder;
  return redact(`process ${pid} (${command}), since ${since}`);
}
