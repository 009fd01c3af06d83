/** One way to log in that a server offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const SCHEME = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]+|(?=,|$))/y;
const PARAMETER = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y;

/**
 * Reads `WWW-Authenticate`: several challenges, quoted strings with commas, schemes in any case. What can't be read ends the
 * list; nothing is thrown, since the header is the server's.
 */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const challenges: Challenge[] = [];
  const text = (header ?? '').slice(0, 8192);
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  for (let scheme = match(SCHEME); scheme?.[1] !== undefined; scheme = match(SCHEME)) {
    const parameters: Record<string, string> = {};
    for (let pair = match(PARAMETER); pair?.[1] !== undefined; pair = match(PARAMETER)) {
      parameters[pair[1].toLowerCase()] = pair[2]?.replace(/\\(.)/g, '$1') ?? pair[3] ?? '';
    }
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters });
  }
  return challenges;
}
