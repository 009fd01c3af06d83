import { EXIT_CODES, type ErrorCode } from './codes.ts';
import { redact } from './redact.ts';

const BRAND = Symbol.for('@ilab/error');

/** What an error says beside its message. */
export interface IlabErrorOptions {
  /** The one thing to do next, as a sentence or a command. */
  hint?: string;
  /** Plain data for programs; printed with `--json` only. Never a secret. */
  details?: Record<string, unknown>;
  /** Whether the same call can succeed later without anything being changed. */
  retryable?: boolean;
  /** Which side of a transfer failed. */
  side?: 'source' | 'target';
  /** What this one comes from; for `ILAB_DEBUG`, and never shown to users. */
  cause?: unknown;
}

/**
 * The only error that leaves the domain or an adapter on purpose. The message says what happened and to what; secrets and
 * control characters are taken out of message and hint here, so no caller has to remember it.
 */
export class IlabError extends Error {
  /** For people who read logs; programs look at {@link isIlabError}. */
  override readonly name = 'IlabError';
  /** What went wrong, for programs: one of the closed list. */
  readonly code: ErrorCode;
  /** The one thing to do next; undefined where nothing is known. */
  readonly hint: string | undefined;
  /** Plain data for programs, never a secret; undefined where there is none. */
  readonly details: Record<string, unknown> | undefined;
  /** Whether the same call can succeed later without anything being changed; default false. */
  readonly retryable: boolean;
  /** Which side of a transfer failed; undefined where that isn’t known, or nothing was transferred. */
  readonly side: 'source' | 'target' | undefined;

  /** Secrets and control characters are taken out of `message` and `hint`; `details` MUST have none. */
  constructor(code: ErrorCode, message: string, options: IlabErrorOptions = {}) {
    super(redact(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint === undefined ? undefined : redact(options.hint);
    this.details = options.details;
    this.retryable = options.retryable ?? false;
    this.side = options.side;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/**
 * Whether a value is an {@link IlabError}, also one of another copy of this package: two copies in a process are normal
 * once plugins are installed, so `instanceof` would answer wrongly.
 */
export function isIlabError(value: unknown): value is IlabError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Whether a caught value is what an aborted signal throws. */
export function isAbort(value: unknown): boolean {
  return value instanceof Error && (value.name === 'AbortError' || ('code' in value && value.code === 'ABORT_ERR'));
}
