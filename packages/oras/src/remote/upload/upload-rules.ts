import { IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../../content/descriptor.ts';

/** How a registry takes uploads. Changes as it shows itself. */
export interface UploadHabits {
  /** Whether a blob may come in chunks, and so be gone on with after a break. */
  chunks: boolean;
  /** Bytes of every chunk but the last. */
  chunkSize: number;
  /** Bytes of the smallest blob that is gone on with after a break: to send less again is quicker than to ask. */
  readonly keptFrom: number;
}

/** Bytes of a chunk, and of the largest blob that goes in one request: little to send again after a break, and few answers to wait for. */
const CHUNK_SIZE = 128 * 1024 * 1024;
const KEPT_FROM = 8 * 1024 * 1024;
const GB = 1024 ** 3;

type Rule = { readonly host: RegExp; readonly chunks: boolean /** Bytes of the largest layer. */; readonly largest?: number };

/** What registries in the cloud are known for; the others show what they can. */
const RULES: readonly Rule[] = [
  { host: /^ghcr\.io$/, chunks: false, largest: 10 * GB },
  { host: /^public\.ecr\.aws$/, chunks: false, largest: 10_000 * 1024 ** 2 },
  { host: /\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/, chunks: false, largest: 52_000 * 1024 ** 2 },
  { host: /(?:^|[.-])(?:docker\.pkg\.dev|gcr\.io)$/, chunks: false },
];

export function habitsOf(host: string): UploadHabits {
  return { chunks: ruleFor(host)?.chunks ?? true, chunkSize: CHUNK_SIZE, keptFrom: KEPT_FROM };
}

/** Says before anything is sent what would fail after hours. @throws IlabError E_REGISTRY */
export function checkBlobSize(host: string, { digest, size }: Descriptor): void {
  const largest = ruleFor(host)?.largest;
  if (largest === undefined || size <= largest) return;
  throw new IlabError('E_REGISTRY', `${host} takes no blob larger than ${largest} bytes, and ${digest} has ${size}.`, {
    hint: 'Split the weights into smaller files, or choose another registry.',
    details: { host, digest, size, largest },
  });
}

function ruleFor(host: string): Rule | undefined {
  return RULES.find((rule) => rule.host.test(host));
}
