/** What users should see beside the result. Messages are redacted by the caller's errors, not here. */
export interface Logger {
  /** Something the user should know and can act on; collected into `warnings` with `--json`. */
  warn(message: string): void;
  /** One line on what was chosen and why; dropped with `--quiet`. */
  info(message: string): void;
  /** For `ILAB_DEBUG`. */
  debug(message: string): void;
}

export const nullLogger: Logger = { warn() {}, info() {}, debug() {} };
