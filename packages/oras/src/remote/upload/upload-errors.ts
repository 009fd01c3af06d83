import { createHash } from 'node:crypto';
import { type Digest, digestParts, type HttpResponse, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../../content/descriptor.ts';
import type { Content } from '../../target/content.ts';
import { type Asked, registryError } from '../registry-error.ts';

/** What an answer means that is no thanks for an upload. */
export function refusedUpload(answer: HttpResponse | undefined, asked: Asked): IlabError {
  const { host, repository } = asked;
  if (answer?.status === 413) {
    return new IlabError('E_REGISTRY', `${host} takes no request as large as this one.`, {
      hint: 'Whoever runs it may have to raise the limit of the proxy before it (client_max_body_size).',
      details: { host, repository, status: 413 },
    });
  }
  if (answer) return registryError(answer, asked, `push to “${repository}”`);
  return new IlabError('E_REGISTRY', `${host} loses what is uploaded to “${repository}”.`, { hint: 'Try again later.', retryable: true, side: 'target' });
}

/** Why an upload was refused at its end. Registries say in many ways that what they got is not what the digest is of, so that is looked at here. */
export async function refusalOf(
  answer: HttpResponse,
  { client, descriptor, content }: { readonly client: Asked; readonly descriptor: Descriptor; readonly content: Content },
): Promise<IlabError> {
  const { algorithm, hex } = digestParts(descriptor.digest);
  if (answer.status !== 400) return refusedUpload(answer, client);
  const hash = createHash(algorithm);
  for await (const bytes of content.open()) hash.update(bytes);
  if (hash.digest('hex') === hex) return refusedUpload(answer, client);
  return new IlabError('E_INTEGRITY', `What was pushed to ${client.host} is not ${descriptor.digest}.`, {
    hint: 'The file may have changed meanwhile: push it again.',
    side: 'source',
    details: { host: client.host, digest: descriptor.digest },
  });
}

/**
 * A registry that says what it stored must have stored what was sent: some keep everything under SHA-256.
 * @throws IlabError E_REGISTRY
 */
export function checkStored({ headers }: HttpResponse, { host, digest }: { readonly host: string; readonly digest: Digest }): void {
  const stored = headers['docker-content-digest'];
  if (stored === undefined || stored === digest) return;
  throw new IlabError('E_REGISTRY', `${host} keeps ${digest} under another digest: ${stored.slice(0, 200)}.`, {
    hint: stored.startsWith(`${digestParts(digest).algorithm}:`) ? 'Try again.' : 'It does not know this kind of digest: use sha256.',
    details: { host, digest, stored },
  });
}

/** @param isKept whether a later upload goes on with what the registry has */
export function brokenUpload({ message, details, cause }: IlabError, { host, isKept }: { readonly host: string; readonly isKept: boolean }): IlabError {
  return new IlabError('E_NETWORK', message, {
    hint: isKept ? `Push again: it goes on where it stopped, if ${host} can.` : 'Push again: this blob starts from the beginning.',
    retryable: true,
    side: 'target',
    details: { ...details, resumable: isKept },
    cause,
  });
}
