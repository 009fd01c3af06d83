import { collect, sampleFile } from '@ilab/testkit';
import { type BrokenRegistry, broken, none } from './registries.ts';

/** Registries whose uploads, copies, deliveries or attachments are not what they promise. */
export const GIVING_REGISTRIES: readonly BrokenRegistry[] = [
  broken('takes uploads that it does not speak of', 'takes uploads and logins if and only if', ({ capabilities: { upload, ...capabilities } }) => ({
    capabilities,
  })),
  broken('says that it knows logins and does not', 'takes uploads and logins if and only if', ({ capabilities }) => ({
    capabilities: { ...capabilities, login: { username: false } },
  })),
  broken('makes repositories that nobody asked for', 'resolves to what was uploaded', ({ upload }) => ({
    upload: async (request, options) => upload?.({ ...request, createRepository: 'private' }, options) as never,
  })),
  broken('tells another revision than it made', 'resolves to what was uploaded', ({ upload }) => ({
    upload: async (...args) => ({ ...(await upload?.(...args)), revision: sampleFile('x').digest }) as never,
  })),
  broken('takes the same for something new', 'resolves to what was uploaded', ({ upload }) => ({
    upload: async (...args) => ({ ...(await upload?.(...args)), changed: true }) as never,
  })),
  broken('leaves a file of an upload out', 'resolves to what was uploaded', ({ upload }) => ({
    upload: async (request, options) => upload?.({ ...request, files: request.files.slice(1) }, options) as never,
  })),
  broken('uploads on after its signal', 'ends an upload within a second', ({ upload }) => ({
    upload: async (request, { progress }) => upload?.(request, { progress }) as never,
  })),
  broken('has formats that it does not pack in', 'packs files in every format', ({ capabilities }) => ({
    capabilities: { ...capabilities, upload: { pullRequests: false, formats: ['zip'] } },
  })),
  broken('does not copy and says that it does', 'copies if and only if', () => ({ copy: undefined as never })),
  broken('copies again what is there', 'copies a revision so that it is the same', ({ copy }) => ({
    copy: async (...args) => ({ ...(await copy?.(...args)), changed: true }) as never,
  })),
  broken('copies what is not there', 'says of a revision that is not there', ({ copy, resolve }) => ({
    copy: async (request, options) => {
      const { source, destination } = request;
      const { revision } = await resolve({ ...destination, repository: source.repository, version: 'v1' }, options);
      return copy?.({ ...request, source: { ...source, revision } }, options) as never;
    },
  })),
  broken('copies on after its signal', 'ends a copy within a second', ({ copy }) => ({
    copy: async (request, { progress }) => copy?.(request, { progress }) as never,
  })),
  broken('delivers without saying so', 'delivers if and only if', ({ capabilities: { delivery, ...capabilities } }) => ({ capabilities })),
  broken('writes before it declines', 'declines where an older file is of no use', () => ({
    deliver: async ({ site }) => {
      site.write(0, new Uint8Array(1));
      return false;
    },
  })),
  broken('delivers on after its signal', 'ends a delivery within a second', () => ({ deliver: () => new Promise<boolean>(() => {}) })),
  broken('attaches without saying so', 'kept beside revisions if and only if', ({ capabilities: { attachments, ...capabilities } }) => ({ capabilities })),
  broken('attaches what is of another type', 'of the types that are asked for', ({ attachments }) => ({
    attachments: (id, { mediaTypes, ...options }) => attachments?.(id, { mediaTypes: [...mediaTypes, 'application/vnd.example.other'], ...options }) ?? none(),
  })),
  broken('attaches the same to every revision', 'nothing beside another', ({ attachments, resolve }) => ({
    async *attachments(id, options) {
      const v2 = await resolve(
        { kind: 'remote', input: '', adapter: 'memory', canonical: '', host: id.host, repository: id.repository, version: 'v2' },
        options,
      );
      yield* await collect(attachments?.(v2, options) ?? none());
    },
  })),
];
