export { type Descriptor, contentDigest } from './content/descriptor.ts';
export type { Index, Manifest } from './content/manifest.ts';
export { FILE_NAME_ANNOTATIONS, IMAGE_CONFIG_TYPES, UNPACK_ANNOTATION } from './content/media-types.ts';
export { createStoredCredentials } from './credentials/stored-credentials.ts';
export { checkLogin, type LoginCheck } from './remote/check-login.ts';
export { createRemoteRegistries, type RemoteOptions, type RemoteRegistries } from './remote/remote-registry.ts';
export type { FetchedManifest, RemoteRepository } from './remote/remote-repository.ts';
export { type Content, contentOf } from './target/content.ts';
export type { Fetcher, GraphSource, Pusher, ReferrerFinder, Resolver, Source, Tagger, Target } from './target/target.ts';
