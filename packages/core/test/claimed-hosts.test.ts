import { describe, expect, it } from 'vitest';
import { findCandidates } from '../src/resolver/candidates.ts';
import { parseReference, type RemoteReference, type StoredRepository } from '../src/index.ts';
import { manifestOf, manifests } from './manifests.ts';

const grammar = { manifests: [...manifests, manifestOf('ollama') ?? []].flat() };
const brought = (source: string): StoredRepository => ({
  kind: 'repository',
  id: { source, host: 'registry.ollama.ai', repository: 'library/qwen3' },
  tier: 'own',
  path: `/${source}`,
  versions: [],
  snapshots: [],
});

function found(reference: string, sources: readonly string[]): readonly string[] {
  const inventory = { repositories: sources.map(brought), unmanaged: [] };
  return findCandidates(parseReference(reference, grammar) as RemoteReference, inventory, grammar).found.map((one) =>
    one.kind === 'repository' ? one.repository.id.source : one.kind,
  );
}

describe('a model of a host that a plugin claims by now', () => {
  it('is found under the host’s name as it was, by whichever source the reference is read', () => {
    expect(found('registry.ollama.ai/library/qwen3:0.6b', ['oci'])).toEqual(['oci']);
    expect(found('ollama://qwen3', ['oci'])).toEqual(['oci']);
  });

  it('comes after what the host’s own source brought', () => {
    expect(found('registry.ollama.ai/library/qwen3', ['oci', 'ollama'])).toEqual(['ollama']);
  });

  it('is not what another source brought under the host’s name', () => {
    expect(found('registry.ollama.ai/library/qwen3', ['hf', 'evil'])).toEqual([]);
    expect(found('oci://registry.ollama.ai/library/qwen3', ['ollama', 'evil'])).toEqual([]);
  });
});
