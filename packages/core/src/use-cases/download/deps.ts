import type { ModelSettings } from '../../model/settings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { SignatureVerifier } from '../../ports/signature-verifier.ts';
import type { Donor } from '../../ports/donor.ts';
import type { ForeignModels } from '../../ports/foreign-models.ts';
import type { DownloadTarget } from '../../ports/download-target.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ModelReader } from '../../ports/model-reader.ts';
import type { Metadata } from '../../ports/metadata.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Registries } from '../../ports/registries.ts';
import type { Transfer } from '../../ports/transfer.ts';

/** What a download needs from outside. */
export interface DownloadDeps {
  readonly registries: Registries;
  /** Where it goes. */
  readonly cache: DownloadTarget;
  /** What is recorded of it; {@link nullMetadata} where nothing is. */
  readonly metadata: Metadata;
  readonly transfer: Transfer;
  /** Other tools, in the order in which they are asked; absent: none. */
  readonly donors?: readonly Donor[];
  readonly reader: ModelReader;
  /** Hashes files that stand here under a revision that nobody proved; absent: they are taken for what they are called. */
  readonly hash?: ForeignModels['hash'];
  /** Checks signatures; where it is absent and a policy requires some, nothing is downloaded. */
  readonly signatureVerifier?: SignatureVerifier;
  /** Reads files that are in place. */
  readonly outbox: Pick<Outbox, 'prepare'>;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ModelSettings;
  /** Name and version of the program that writes, as `ilab/1.2.3`. */
  readonly tool: string;
}
