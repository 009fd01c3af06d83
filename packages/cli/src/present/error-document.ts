import type { IlabError } from '@ilab/sdk';

/** What `--json` prints of an error. */
export function errorDocument({ code, message, hint, details }: IlabError, warnings: readonly string[] = []): Readonly<Record<string, unknown>> {
  return { ok: false, error: { code, message, ...(hint !== undefined && { hint }), ...(details && { details }) }, warnings };
}
