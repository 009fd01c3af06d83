import { IlabError } from '../../errors/ilab-error.ts';
import type { SnapshotId } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registry } from '../../ports/registry.ts';

/**
 * Refuses to follow a name into a repository that does not know where the name pointed before: whoever took over a name that was given
 * up would otherwise bring their files to everybody who has it.
 * @throws IlabError E_INTEGRITY, and as `Registry.holds`
 */
export async function checkHistory(registry: Registry, id: SnapshotId & { readonly name: string }, options: CallOptions): Promise<void> {
  if (!registry.holds || (await registry.holds(id, options))) return;
  const { host, repository, revision, name } = id;
  throw new IlabError(
    'E_INTEGRITY',
    `“${repository}” at ${host} no longer has ${revision}, to which “${name}” pointed: it was deleted and made anew, or its history was rewritten.`,
    {
      hint: 'If you trust whoever has it now, go on with --force. What is here stays as it is.',
      details: { host, repository, revision, version: name },
      side: 'source',
    },
  );
}
