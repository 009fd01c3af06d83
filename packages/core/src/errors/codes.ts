/**
 * Every code an {@link IlabError} can carry, with the exit code of a command that ends with it.
 * The list is closed: programs switch on it, so a code is added here and in `docs/error-codes.md` or not at all.
 */
export const EXIT_CODES = {
  E_INTERNAL: 1,
  E_USAGE: 2,
  E_BAD_REFERENCE: 2,
  E_BAD_CONFIG: 2,
  E_NOT_FOUND: 3,
  E_NOT_A_MODEL: 3,
  E_AMBIGUOUS: 4,
  E_UNAUTHORIZED: 5,
  E_FORBIDDEN: 5,
  E_UNTRUSTED: 5,
  E_INTEGRITY: 6,
  E_NETWORK: 7,
  E_REGISTRY: 7,
  E_RATE_LIMITED: 7,
  E_NO_SPACE: 8,
  E_STORE: 8,
  E_OFFLINE: 9,
  E_IN_USE: 10,
  E_CONFLICT: 10,
  E_PLUGIN_MISSING: 11,
  E_PLUGIN_BROKEN: 11,
  E_ENGINE: 11,
  E_NO_MEMORY: 11,
  E_INTERRUPTED: 130,
} as const;

/** What went wrong, as programs see it. */
export type ErrorCode = keyof typeof EXIT_CODES;
