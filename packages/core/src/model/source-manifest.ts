/**
 * The grammar of one source, as data of its plugin's manifest: all that reading a reference needs to know of it, so that
 * no plugin code runs for it. `format(parse(x))` MUST parse to the same.
 */
export interface SourceManifest {
  /** The source's name, and what `adapter` says of a parsed reference: `oci`. */
  readonly source: string;
  /** Schemes that pick it: `oci`, `docker`. */
  readonly schemes: readonly string[];
  /** Hosts it claims; everything else, if not configured, is the fallback source's. */
  readonly hosts: readonly string[];
  /** Other names of a claimed host: `hf.co` → `huggingface.co`. */
  readonly hostAliases?: Readonly<Record<string, string>>;
  /** Where a scheme or a bare `org/name` without a host goes; absent: a host is needed. */
  readonly defaultHost?: string;
  /** Takes the hosts that nobody claims. Exactly one source does. */
  readonly fallback?: boolean;
  /** Fewest and most segments of a repository; a fixed depth lets the path form be read at once. */
  readonly depth: { readonly min: number; readonly max: number };
  /** What each segment of a repository, and a version, look like: regular expressions for the whole text, linear in time. */
  readonly patterns: { readonly segment: string; readonly version: string };
  /** Said when a segment does not fit, for example that repositories are lower case. */
  readonly segmentAdvice?: string;
  /** Put before a repository of one segment on this host: `docker.io` → `library`. */
  readonly implicitNamespace?: Readonly<Record<string, string>>;
  /** What a version is when none is named: `main`, `latest`. */
  readonly defaultVersion: string;
  /** After a colon, this shape is a selector folded to upper case, not a version. */
  readonly selectorPattern?: string;
  /** Version names of several segments: `refs/pr/3`. */
  readonly nestedVersions?: readonly string[];
  /** Words that stand between repository and version in a pasted web address: `tree`, `blob`, `resolve`. */
  readonly webMarkers?: readonly string[];
}
