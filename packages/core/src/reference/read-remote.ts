import type { RemoteReference } from '../model/reference.ts';
import type { SourceManifest } from '../model/source-manifest.ts';
import { badReference } from './bad-reference.ts';
import { checkCharacters } from './characters.ts';
import { formatReference } from './format-reference.ts';
import type { ReferenceGrammar } from './grammar.ts';
import { readPathForm } from './path-form.ts';
import { checkLength, readRepository } from './repository.ts';
import { readSelector } from './selector.ts';
import { joinSpans, type Span, splitSpan } from './span.ts';
import { afterColon, isWebScheme, repositoryOf, type SplitReference } from './split-reference.ts';
import { readTail, type Tail } from './tail.ts';

export interface RemoteParts {
  /** Its `name` without the host. */
  readonly split: SplitReference;
  readonly host: string;
  readonly source: SourceManifest;
  readonly grammar: ReferenceGrammar;
}

/** Reads what follows the host. @throws IlabError E_BAD_REFERENCE */
export function readRemote(input: string, parts: RemoteParts): RemoteReference {
  const { split, host, source, grammar } = parts;
  const { name, ...tail } = readNameAndTail(input, parts);
  if (split.selector && tail.selector !== undefined) {
    throw badReference({ input, at: split.selector.at, problem: 'The reference selects files twice.', advice: 'Keep one selector.' });
  }
  const repository = withNamespace(readRepository(input, name, source), { host, source });
  checkLength(input, { text: repository, at: name.at });
  const fields = { adapter: source.source, host, repository, ...tail, ...(split.selector && { selector: readSelector(input, split.selector, source) }) };
  const canonical = formatReference(fields, grammar);
  // The host of a bare name or a namespace can make it longer than what was written.
  checkCharacters(canonical);
  return { kind: 'remote', input, ...fields, canonical };
}

function readNameAndTail(input: string, { split, source }: RemoteParts): Tail & { readonly name: Span } {
  const web = split.scheme !== undefined && isWebScheme(split.scheme);
  const name = repositoryOf(split.name);
  const colon = afterColon(split.name, name);
  if (!colon && split.at && split.scheme !== undefined && source.defaultHost !== undefined && !isPinned(split.at)) {
    // The source's own address form: the version ends at the next slash, as `hf://org/name@main/sub/x.gguf`.
    return { name, ...readPathForm(input, splitSpan(split.at, '/'), source) };
  }
  if (!colon && !split.at) {
    const segments = splitSpan(name, '/');
    const beyond = segments.slice(source.depth.max);
    const isMarker = web && beyond.length > 1 && source.webMarkers?.includes(beyond[0]?.text ?? '');
    if (beyond.length > 0)
      return { name: joinSpans(segments.slice(0, source.depth.max), '/'), ...readPathForm(input, isMarker ? beyond.slice(1) : beyond, source) };
  }
  return { name, ...readTail(input, { colon, at: split.at, source }) };
}

/** Whether a digest follows, which no path form has. */
function isPinned({ text }: Span): boolean {
  return /^[^/]*[:@]/.test(text);
}

/** Docker's rule for its own hub: a single segment belongs to `library`. */
function withNamespace(repository: string, { host, source }: { readonly host: string; readonly source: SourceManifest }): string {
  const namespace = source.implicitNamespace && Object.hasOwn(source.implicitNamespace, host) ? source.implicitNamespace[host] : undefined;
  return namespace === undefined || repository.includes('/') ? repository : `${namespace}/${repository}`;
}
