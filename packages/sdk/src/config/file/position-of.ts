import { isAlias, isMap, isSeq, type Node, type Pair } from 'yaml';
import { keyName } from './key-name.ts';
import type { ParsedYaml, Position } from './parse-yaml.ts';

/** Where a key stands, or the nearest section around it that stands somewhere. `value`: where what it holds stands. */
export function positionOf({ document, positionOf: at }: ParsedYaml, path: readonly (string | number)[], part: 'key' | 'value' = 'key'): Position {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const found = stepInto(node, step);
    if (!found) break;
    offset = found.at ?? offset;
    node = found.node;
  }
  const here = part === 'value' && isNode(node) ? node.range?.[0] : undefined;
  return at(here ?? offset);
}

/** A key as it is told: `models.extra_dirs.0`. */
export function dotted(path: readonly (string | number)[]): string {
  return path.join('.');
}

function stepInto(node: unknown, step: string | number): { readonly node: unknown; readonly at: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }: Pair) => keyName(key) === String(step));
    return pair && { node: pair.value, at: (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? (isNode(pair.value) ? pair.value.range?.[0] : undefined) };
  }
  const item: unknown = isSeq(node) ? node.items[Number(step)] : undefined;
  return item === undefined ? undefined : { node: item, at: isNode(item) ? item.range?.[0] : undefined };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}
