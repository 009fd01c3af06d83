import { grammarProblem } from './grammar-problem.ts';
import { readsProblem } from './reads-problem.ts';
import { isEntry, isListOf, isRecord } from './values.ts';

const NAME = /^[a-z][a-z0-9+.-]{0,30}$/;
const HOST = /^[a-z0-9.[\]:-]{1,255}$/;

/** What is wrong with the metadata of a source; undefined when nothing is. */
export function registryProblem(registry: Readonly<Record<string, unknown>>): string | undefined {
  const { source, schemes, hosts, entry, depth, patterns, defaultVersion } = registry;
  if (typeof source !== 'string' || !NAME.test(source)) return '“source” is no name';
  if (!isListOf(schemes, NAME)) return `“schemes” of ${source} is no list of schemes`;
  if (!isListOf(hosts, HOST)) return `“hosts” of ${source} is no list of hosts`;
  if (!isEntry(entry)) return `“entry” of ${source} is no module inside the package`;
  if (!isRecord(depth) || !Number.isInteger(depth['min']) || !Number.isInteger(depth['max'])) return `“depth” of ${source} has no min and max`;
  if (typeof defaultVersion !== 'string' || defaultVersion === '') return `“defaultVersion” of ${source} is missing`;
  if (!isRecord(patterns) || !isPattern(patterns['segment']) || !isPattern(patterns['version'])) return `“patterns” of ${source} are no regular expressions`;
  const selector = registry['selectorPattern'];
  if (selector !== undefined && !isPattern(selector)) return `“selectorPattern” of ${source} is no regular expression`;
  return readsProblem(source, registry['reads']) ?? grammarProblem(registry);
}

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch {
    return false;
  }
}
