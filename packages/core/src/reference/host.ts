import { badReference } from './bad-reference.ts';
import { sliceSpan, type Span } from './span.ts';

const NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const IPV6 = /^\[[0-9a-f:.]{2,45}\]$/;

/**
 * Whether the first segment of a reference is a host, by Docker's rule: it contains a `.` or a `:`, or is `localhost`. A
 * directory of the store has its colon percent-encoded.
 */
export function isHost(segment: string): boolean {
  return /[.:]/.test(segment) || /^localhost$/i.test(segment) || /^[^%]+%3a\d{1,5}$/i.test(segment);
}

/**
 * A host in lower case with its port.
 * @throws IlabError E_BAD_REFERENCE
 */
export function readHost(input: string, span: Span): string {
  const host = span.text.toLowerCase().replace(/%3a(?=\d{1,5}$)/, ':');
  const colon = host.endsWith(']') ? -1 : host.lastIndexOf(':');
  const name = colon < 0 ? host : host.slice(0, colon);
  // In a web address any name may be one; printed without its scheme it would be read as an organisation.
  if (!isHost(span.text) || (!NAME.test(name) && !IPV6.test(name))) {
    throw badReference({ input, at: span.at, problem: 'The first part is no host name.', advice: 'A host looks like quay.io, localhost:5000 or [::1]:5000.' });
  }
  if (colon >= 0) checkPort(input, sliceSpan(span, Math.min(colon + 1, span.text.length)), host.slice(colon + 1));
  return host;
}

function checkPort(input: string, span: Span, port: string): void {
  const number = /^[0-9]{1,5}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65_535) return;
  throw badReference({
    input,
    at: span.at,
    problem: 'That is no port.',
    advice: 'Ports are numbers from 1 to 65535; a version is written at the end, as host/name:version.',
  });
}
