import { malformed } from '../content/descriptor.ts';

/**
 * The next page of a list, from `Link: <…>; rel="next"` (RFC 8288; distribution spec, “Listing Tags”).
 * @throws IlabError E_REGISTRY when it leads to another origin: a token sent there would be given away
 */
export function nextPage(link: string | undefined, from: string): string | undefined {
  const target = /<([^<>]*)>[^,]*;\s*rel="?next"?/i.exec(link ?? '')?.[1];
  if (target === undefined) return undefined;
  const url = URL.parse(target, from);
  if (url?.origin !== new URL(from).origin) throw malformed('the next page of a list is on another host');
  return url.href;
}
