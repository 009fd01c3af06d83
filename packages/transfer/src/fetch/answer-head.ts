/** The head of an HTTP/1.1 answer, names in lower case and repeated ones joined. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Far more than any storage sends. */
export const LONGEST_HEAD: number = 64 * 1024;

/**
 * Reads a head strictly (RFC 9112, 4 and 5), `text` being all before the empty line.
 * @returns undefined for anything out of the ordinary: interim answers, folded lines, other versions
 */
export function parseHead(text: string): AnswerHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.1 ([2-5]\d\d)(?: |$)/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    const name = match[1].toLowerCase();
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${match[2]}` : match[2];
  }
  return { status: Number(status), headers };
}

/**
 * Writes the head of a GET.
 * @returns undefined when a header holds what would end its line
 */
export function formatRequest(url: URL, headers: Readonly<Record<string, string>>): string | undefined {
  const lines = Object.entries({ host: url.host, ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  if (lines.some((line) => /[^\t\x20-\x7e]/.test(line))) return undefined;
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
