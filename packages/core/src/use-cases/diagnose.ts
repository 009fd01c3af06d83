import { EXIT_CODES } from '../errors/codes.ts';
import { isIlabError } from '../errors/ilab-error.ts';
import { redact } from '../errors/redact.ts';
import type { Finding } from '../model/finding.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Check } from '../ports/check.ts';

/** What all checks found, in their order. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Whether there is no problem; warnings are none. */
  readonly healthy: boolean;
  /** 0, the exit code that all problems have in common, or that of a disk, 8. */
  readonly exitCode: number;
}

/** Runs all checks at once. One that fails is a problem of its own and hides no other. Secrets never leave here, nor what could steer a terminal. */
export async function diagnose(checks: readonly Check[], options: CallOptions): Promise<Diagnosis> {
  const found = await Promise.all(checks.map((check) => runCheck(check, options)));
  options.signal?.throwIfAborted();
  const findings = found.flat().map(clean);
  const codes = new Set(findings.filter(({ state }) => state === 'problem').map(({ code }) => EXIT_CODES[code ?? 'E_STORE']));
  const [only = 0, second] = codes;
  return { findings, healthy: codes.size === 0, exitCode: second === undefined ? only : EXIT_CODES.E_STORE };
}

async function runCheck({ name, run }: Check, options: CallOptions): Promise<readonly Finding[]> {
  try {
    return await run(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const { code = 'E_INTERNAL', hint = 'Run it again with ILAB_DEBUG=1 and report what it says.' } = isIlabError(error) ? error : {};
    return [{ check: name, state: 'problem', message, advice: hint, code }];
  }
}

function clean({ check, message, advice, ...finding }: Finding): Finding {
  return { check: redact(check), message: redact(message), ...(advice !== undefined && { advice: redact(advice) }), ...finding };
}
