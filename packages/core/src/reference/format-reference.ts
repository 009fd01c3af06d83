import type { RemoteReference, ShortReference } from '../model/reference.ts';
import { isSelectorShape, type ReferenceGrammar, sourceNamed, sourceOfHost } from './grammar.ts';

/** The parts of a canonical reference; what other sources made of it (a digest read from a record) may be plain text. */
export type ReferenceParts = Pick<RemoteReference, 'adapter' | 'host' | 'repository' | 'version' | 'selector'> & { readonly digest?: string };

/**
 * The canonical form, the only one that is printed: `host/repository[:version][@digest][#selector]`, with `scheme://` in front
 * where the host alone does not tell the source. Parsed again it gives the same parts.
 */
export function formatReference(parts: ReferenceParts, grammar: ReferenceGrammar): string {
  const source = sourceNamed(parts.adapter, grammar);
  const told = sourceOfHost(parts.host, grammar)?.source === parts.adapter;
  const scheme = told ? '' : `${source?.schemes[0] ?? parts.adapter}://`;
  // After a colon it would be read as a selector.
  const sign = parts.version !== undefined && isSelectorShape(parts.version, source) ? '@' : ':';
  return `${scheme}${parts.host}/${parts.repository}${suffixes(parts, sign)}`;
}

/** The same for a name without a host. */
export function formatShortReference(parts: Omit<ShortReference, 'kind' | 'input' | 'canonical'>): string {
  // After a colon, the slash would make a host and a port of it.
  const sign = parts.version?.includes('/') && !parts.repository.includes('/') ? '@' : ':';
  return `${parts.repository}${suffixes(parts, sign)}`;
}

function suffixes(parts: { version?: string; digest?: string; selector?: string }, sign: ':' | '@'): string {
  const version = parts.version === undefined ? '' : `${sign}${parts.version}`;
  const digest = parts.digest === undefined ? '' : `@${parts.digest}`;
  return `${version}${digest}${parts.selector === undefined ? '' : `#${parts.selector}`}`;
}
