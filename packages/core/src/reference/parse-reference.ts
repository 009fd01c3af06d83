import type { IlabError } from '../errors/ilab-error.ts';
import type { Reference, ShortReference } from '../model/reference.ts';
import type { SourceManifest } from '../model/source-manifest.ts';
import { badReference } from './bad-reference.ts';
import { checkCharacters } from './characters.ts';
import { formatShortReference } from './format-reference.ts';
import { bareSource, properHost, type ReferenceGrammar, sourceOfHost, sourceOfScheme } from './grammar.ts';
import { isHost, readHost } from './host.ts';
import { packageOfScheme } from './offered-schemes.ts';
import { looksLikePath, readPath } from './path-reference.ts';
import { readRemote } from './read-remote.ts';
import { readRepository } from './repository.ts';
import { readSelector } from './selector.ts';
import { type Span, sliceSpan } from './span.ts';
import { afterColon, isWebScheme, repositoryOf, type SplitReference, splitReference } from './split-reference.ts';
import { readTail } from './tail.ts';

/**
 * Reads a reference: which source, host, repository, version, revision and files it names. Pure: no disk, no network, no plugin
 * code, and time linear in the input.
 * @throws IlabError E_BAD_REFERENCE, and nothing else
 */
export function parseReference(input: string, grammar: ReferenceGrammar): Reference {
  if (looksLikePath(input)) return readPath(input);
  if (input === '')
    throw badReference({ input, at: 0, problem: 'The reference is empty.', advice: 'Name a model: a path, host/repository:version, or a short name.' });
  checkCharacters(input);
  const split = splitReference(input);
  if (split.scheme === undefined) return readWithoutScheme(input, split, grammar);
  if (isWebScheme(split.scheme)) {
    const { host, rest } = takeHost(input, split.name, grammar);
    return readRemote(input, { split: { ...split, name: rest }, host, source: hostSource(input, host, grammar), grammar });
  }
  return readWithScheme(input, { ...split, scheme: split.scheme }, grammar);
}

function readWithoutScheme(input: string, split: SplitReference, grammar: ReferenceGrammar): Reference {
  const slash = split.name.text.indexOf('/');
  if (slash >= 0 && isHost(split.name.text.slice(0, slash))) {
    const { host, rest } = takeHost(input, split.name, grammar);
    return readRemote(input, { split: { ...split, name: rest }, host, source: hostSource(input, host, grammar), grammar });
  }
  const segments = repositoryOf(split.name).text.split('/').length;
  const bare = bareSource(grammar);
  if (segments === 2 && bare?.defaultHost !== undefined) return readRemote(input, { split, host: bare.defaultHost, source: bare, grammar });
  return readShort(input, split, segments);
}

function readWithScheme(input: string, split: SplitReference & { readonly scheme: string }, grammar: ReferenceGrammar): Reference {
  const source = sourceOfScheme(split.scheme, grammar);
  if (!source) throw unknownScheme(input, split.scheme, grammar);
  if (namesHost(split.name, source, grammar)) {
    const { host, rest } = takeHost(input, split.name, grammar);
    return readRemote(input, { split: { ...split, name: rest }, host, source, grammar });
  }
  if (source.defaultHost === undefined) {
    throw badReference({
      input,
      at: split.name.at,
      problem: `${split.scheme}:// needs a host.`,
      // What stands before an “@” may be a user name and a password.
      advice: `Put one in front, for example ${split.scheme}://quay.io/${split.at ? 'org/name' : split.name.text}.`,
    });
  }
  return readRemote(input, { split, host: source.defaultHost, source, grammar });
}

function unknownScheme(input: string, scheme: string, { manifests }: ReferenceGrammar): IlabError {
  const offered = packageOfScheme(scheme);
  const known = manifests.flatMap(({ schemes }) => schemes.map((one) => `${one}://`));
  return badReference({
    input,
    at: 0,
    problem: offered === undefined ? `The scheme “${scheme}” is not known.` : `The scheme “${scheme}” is not known: its plugin is not installed.`,
    advice: offered === undefined ? `Known are ${[...known, 'https://', 'file:'].join(', ')}.` : `Install it: ilab plugins install ${offered}`,
  });
}

/** Where a source has a default host, a first segment is a host only if it is surely one: an organisation may have a dot. */
function namesHost(name: Span, source: SourceManifest, grammar: ReferenceGrammar): boolean {
  const slash = name.text.indexOf('/');
  if (slash < 0 || !isHost(name.text.slice(0, slash))) return false;
  if (source.defaultHost === undefined) return true;
  const host = properHost(name.text.slice(0, slash).toLowerCase(), grammar);
  return /[:%]|^localhost$/.test(host) || source.hosts.includes(host) || grammar.registries?.[host]?.source === source.source;
}

function takeHost(input: string, name: Span, grammar: ReferenceGrammar): { host: string; rest: Span } {
  const slash = name.text.indexOf('/');
  if (slash <= 0 || slash === name.text.length - 1) {
    throw badReference({ input, at: name.at + Math.max(slash, 0), problem: 'The repository is missing.', advice: 'Write host/repository:version.' });
  }
  return { host: properHost(readHost(input, sliceSpan(name, 0, slash)), grammar), rest: sliceSpan(name, slash + 1) };
}

function hostSource(input: string, host: string, grammar: ReferenceGrammar): SourceManifest {
  const source = sourceOfHost(host, grammar);
  if (source) return source;
  throw badReference({ input, at: 0, problem: `No source is known for the host ${host}.`, advice: 'See `ilab registry list` for what is installed.' });
}

function readShort(input: string, split: SplitReference, segments: number): ShortReference {
  const name = repositoryOf(split.name);
  const parts = {
    repository: readRepository(input, name, undefined),
    ...readTail(input, { colon: afterColon(split.name, name), at: split.at, source: undefined }),
    ...(split.selector && { selector: readSelector(input, split.selector, undefined) }),
  };
  return { kind: segments === 1 ? 'short' : 'suffix', input, ...parts, canonical: formatShortReference(parts) };
}
