import { type BlobLocation, type CallOptions, type Digest, IlabError, isIlabError, type LocateOptions, type Logger } from '@ilab/core/adapter';
import { type PullSource, pullSources } from '../configuration/pull-sources.ts';
import type { RegistriesConfiguration } from '../configuration/registries-configuration.ts';
import type { RemoteRepository } from './remote-repository.ts';

/** A repository for reading, through the mirrors that are configured for it. It goes by the name that it was asked for. */
export interface PullRepository extends Pick<RemoteRepository, 'host' | 'repository' | 'manifest' | 'resolve' | 'tags'> {
  /** The places themselves that may have what a digest names, in their order; what they say of it is the caller's to prove. */
  places(digest: Digest): readonly ((options: CallOptions) => Promise<RemoteRepository>)[];
  /** The first of those places that has it. @throws IlabError as `RemoteRepository.resolve` */
  placeOf(digest: Digest, options: CallOptions): Promise<RemoteRepository>;
  /** Where a blob is to be had, and whether there is another place: places that failed are not named again. */
  blob(digest: Digest, options: LocateOptions): Promise<BlobLocation>;
}

export interface PullDeps {
  readonly configuration: RegistriesConfiguration;
  /** The repository at a source itself. */
  readonly open: (at: Pick<PullSource, 'host' | 'repository'>, options: CallOptions) => Promise<RemoteRepository>;
  /** Finds out quickly whether anybody is there; asked of mirrors only, before anything else. */
  readonly reach: (host: string, options: CallOptions) => Promise<void>;
  readonly logger?: Logger | undefined;
}

/** Milliseconds for which a mirror is left alone after it failed: other blobs would wait for it, too. */
const LEFT_ALONE = 60_000;

/**
 * Asks the mirrors in their order and then the repository itself (containers-registries.conf(5)). What a mirror says of a tag is taken for
 * true, as whoever configured it wants it; what it has under a digest is proved by it. Whatever goes wrong with a mirror, the next is asked.
 */
export function createPullRepository(at: { readonly host: string; readonly repository: string }, deps: PullDeps): PullRepository {
  const { configuration, reach, logger } = deps;
  /** Mirrors that are left alone, and until when. */
  const down = new Map<string, number>();
  /** Whose the addresses are. */
  const given = new Map<string, PullSource>();

  const open = async (source: PullSource, options: CallOptions): Promise<RemoteRepository> => {
    if (source.isMirror) await reach(source.host, options);
    return deps.open(source, options);
  };
  const sourcesOf = (reference: string): readonly PullSource[] => {
    const sources = pullSources(configuration, { ...at, reference });
    return sources.filter((source) => !source.isMirror || (down.get(nameOf(source)) ?? 0) < Date.now());
  };
  /** @throws what went wrong, where it is not a mirror that may be passed over */
  const passOver = (source: PullSource, error: unknown, { signal }: CallOptions): void => {
    signal?.throwIfAborted();
    if (!source.isMirror || !isIlabError(error)) throw error;
    if (error.code === 'E_NOT_FOUND') return logger?.debug(`The mirror ${nameOf(source)} does not have it.`);
    setAside(source, error.message);
  };
  const setAside = (source: PullSource, why: string): void => {
    if (!down.has(nameOf(source))) logger?.warn(`The mirror ${nameOf(source)} can’t be used, and the next place is asked: ${why}`);
    down.set(nameOf(source), Date.now() + LEFT_ALONE);
  };
  const first = async <T>(
    sources: readonly PullSource[],
    options: CallOptions,
    ask: (repository: RemoteRepository, source: PullSource) => Promise<T>,
  ): Promise<T> => {
    for (const source of sources) {
      try {
        return await ask(await open(source, options), source);
      } catch (error) {
        passOver(source, error, options);
      }
    }
    throw nowhere(at);
  };

  return {
    ...at,
    manifest: (reference, options) => first(sourcesOf(reference), options, (repository, source) => repository.manifest(source.reference, options)),
    resolve: (reference, options) => first(sourcesOf(reference), options, (repository, source) => repository.resolve(source.reference, options)),
    async *tags(options) {
      // Mirrors may have some of them only; they speak for a repository that can't be asked itself.
      const [itself, ...mirrors] = sourcesOf('latest').toReversed();
      if (!itself) throw nowhere(at);
      yield* await tagsOf(itself).catch(async (error: unknown) => {
        options.signal?.throwIfAborted();
        if (mirrors.length === 0 || !isIlabError(error) || error.code !== 'E_NETWORK') throw error;
        return first(mirrors.toReversed(), options, (_repository, source) => tagsOf(source)).catch(() => {
          throw error;
        });
      });

      async function tagsOf(source: PullSource): Promise<readonly string[]> {
        return Array.fromAsync((await open(source, options)).tags(options));
      }
    },
    places: (digest) => sourcesOf(digest).map((source) => (options) => open(source, options)),
    placeOf: (digest, options) =>
      first(sourcesOf(digest), options, async (repository) => {
        await repository.resolve(digest, options);
        return repository;
      }),
    async blob(digest, { failed = [], ...options }) {
      for (const { url, code } of failed) {
        const source = given.get(url);
        if (source?.isMirror && code !== 'E_NOT_FOUND') setAside(source, `it does not bring what it says it has (${code}).`);
      }
      const out = new Set(failed.map(({ url }) => nameOf(given.get(url) ?? { host: '', repository: url })));
      const left = sourcesOf(digest).filter((source) => !out.has(nameOf(source)));
      return first(left, options, async (repository, source) => {
        const location = await repository.blob(digest, options);
        given.set(location.url, source);
        return { ...location, ...(left.at(-1) !== source && { more: true }) };
      });
    },
  };
}

function nameOf({ host, repository }: Pick<PullSource, 'host' | 'repository'>): string {
  return `${host}/${repository}`;
}

function nowhere({ host, repository }: { readonly host: string; readonly repository: string }): IlabError {
  return new IlabError('E_NETWORK', `None of the places that are configured for ${host}/${repository} can be asked.`, {
    hint: 'See which they are: ilab doctor.',
    retryable: true,
  });
}
