import type { Finding } from '../model/finding.ts';
import type { CallOptions } from './call-options.ts';

/** One thing that `ilab doctor` looks at. It changes nothing but files of its own, which it removes. */
export interface Check {
  /** What it looks at, for the case that it fails itself. */
  readonly name: string;
  run(options: CallOptions): Promise<readonly Finding[]>;
}
