import { IlabError } from '@ilab/sdk';

/** A name with the version that an old option said. @throws IlabError E_USAGE when it has one */
export function withVersion(reference: string, version: string, old: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(reference)?.[0] ?? '';
  const name = reference.slice(scheme.length);
  if (/@|:[^/]*$/.test(name)) {
    throw new IlabError('E_USAGE', `${old} and the version in ${reference} say the same thing.`, { hint: 'Say the version after the name alone.' });
  }
  // After a colon, what looks like a quantisation would be one.
  return `${reference}@${version}`;
}

/** A name with the scheme of the kind of registry that an old option said. @throws IlabError E_USAGE when it has another one, or says so itself */
export function withScheme(reference: string, kind: string, old: string, kinds: Readonly<Record<string, readonly string[]>>): string {
  const schemes = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!schemes)
    throw new IlabError('E_USAGE', `${old} can be ${Object.keys(kinds).join(', ')}, not “${kind}”.`, { hint: 'Leave it out: the destination says it.' });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(reference)?.[1]?.toLowerCase();
  if (scheme === undefined) return hasHost(reference) && kind === 'hf' ? reference : `${kind}://${reference}`;
  if (schemes.includes(scheme)) return reference;
  throw new IlabError('E_USAGE', `${old} and the scheme in ${reference} say the same thing.`, { hint: 'Say the scheme in --destination alone.' });
}

function hasHost(reference: string): boolean {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first);
}
