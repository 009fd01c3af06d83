import { isListOf, isRecord } from './values.ts';

type Grammar = Readonly<Record<string, unknown>>;

const WORD = /^[a-z][a-z0-9_-]{0,30}$/i;
const NAMESPACE = /^[a-z0-9._-]{1,64}$/i;
const HOST = /^[a-z0-9.[\]:-]{1,255}$/;
const DEEPEST = 128;
const LONGEST_PATTERN = 500;
const LONGEST_TEXT = 300;

/** What is wrong with the parts of a source's grammar that may be left out, or with how they fit together; undefined when nothing is. */
export function grammarProblem(grammar: Grammar): string | undefined {
  const { source, hosts, depth, hostAliases = {}, defaultHost, fallback, implicitNamespace = {}, nestedVersions = [], webMarkers = [] } = grammar;
  const isHost = (host: unknown): boolean => Array.isArray(hosts) && hosts.includes(host);
  const { min, max } = depth as { readonly min: number; readonly max: number };
  const checks: readonly (readonly [boolean, string])[] = [
    [1 <= min && min <= max && max <= DEEPEST, `“depth” of ${String(source)} is not between 1 and ${DEEPEST}`],
    [
      isMap(hostAliases, HOST) && Object.values(hostAliases as object).every(isHost),
      `“hostAliases” of ${String(source)} stand for hosts that it does not claim`,
    ],
    [defaultHost === undefined || isHost(defaultHost), `“defaultHost” of ${String(source)} is no host that it claims`],
    [fallback === undefined || typeof fallback === 'boolean', `“fallback” of ${String(source)} is neither true nor false`],
    [
      isMap(implicitNamespace, NAMESPACE) && Object.keys(implicitNamespace as object).every(isHost),
      `“implicitNamespace” of ${String(source)} is no namespace of a host`,
    ],
    [isListOf(nestedVersions, WORD), `“nestedVersions” of ${String(source)} is no list of words`],
    [isListOf(webMarkers, WORD), `“webMarkers” of ${String(source)} is no list of words`],
    [
      patternsOf(grammar).every((pattern) => String(pattern).length <= LONGEST_PATTERN),
      `a pattern of ${String(source)} has more than ${LONGEST_PATTERN} characters`,
    ],
    [['summary', 'segmentAdvice'].every((key) => isText(grammar[key])), `“summary” or “segmentAdvice” of ${String(source)} is no text`],
  ];
  return checks.find(([fits]) => !fits)?.[1];
}

function patternsOf({ patterns, selectorPattern = '', defaultVersion }: Grammar): readonly unknown[] {
  return [...Object.values(patterns as object), selectorPattern, defaultVersion];
}

function isMap(value: unknown, pattern: RegExp): boolean {
  return isRecord(value) && !Object.hasOwn(value, '__proto__') && isListOf(Object.values(value), pattern);
}

/** Text that can be shown as it is. */
function isText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= LONGEST_TEXT && !/\p{C}/u.test(value));
}
