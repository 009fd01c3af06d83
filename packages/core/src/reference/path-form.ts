import type { SourceManifest } from '../model/source-manifest.ts';
import { readSelector } from './selector.ts';
import { joinSpans, type Span } from './span.ts';
import type { Tail } from './tail.ts';
import { readPathVersion } from './version.ts';

/**
 * Reads the segments after a repository of known depth: a version, then perhaps a file, as the store's layout and web
 * addresses have them.
 * @throws IlabError E_BAD_REFERENCE
 */
export function readPathForm(input: string, segments: readonly Span[], source: SourceManifest): Tail {
  const { version, length } = readPathVersion(input, segments, source);
  const rest = segments.slice(length);
  return rest.length === 0 ? { version } : { version, selector: readSelector(input, joinSpans(rest, '/'), source) };
}
