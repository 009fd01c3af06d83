import { type Document, isAlias, isMap, isScalar, type Node, type Pair, Scalar, YAMLMap } from 'yaml';
import { keyName } from '../file/key-name.ts';
import type { Position, YamlDocument } from '../file/parse-yaml.ts';
import { commentAbove } from './comment-above.ts';
import { writeOutAliases } from './write-out-aliases.ts';

/** A setting that has another key in the newer version. */
export interface MovedKey extends Position {
  readonly from: string;
  readonly to: string;
}

/** Something that a conversion did beside moving keys, for whoever reads what it did. */
export interface ConversionNote extends Position {
  readonly message: string;
}

/** A file that is being converted: keys are moved as they are, with their comments and their places in the old text. */
export class OldFile {
  readonly document: Document;
  readonly moved: MovedKey[] = [];
  readonly notes: ConversionNote[] = [];
  readonly #positionOf: (offset: number) => Position;

  constructor({ document, positionOf }: { readonly document: YamlDocument; readonly positionOf: (offset: number) => Position }) {
    this.document = document;
    this.#positionOf = positionOf;
  }

  /** What a dotted key holds, through aliases. */
  node(key: string): Node | undefined {
    const { map, name } = this.#parent(key);
    return map && this.#resolved(find(map, name)?.value);
  }

  /** Text under a key; undefined where it is null, empty or something else. */
  text(key: string): string | undefined {
    const node = this.node(key);
    return isScalar(node) && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
  }

  /** Gives a key another name within its section. What the new name held before was read by nothing, and gives way. */
  rename(section: string, from: string, to: string): void {
    const map = this.node(section);
    if (!isMap(map)) return;
    for (const holder of this.#withMerged(map)) {
      const pair = find(holder, from);
      if (!pair) continue;
      if (find(holder, to)) this.remove(`${section}.${to}`, `${section}.${to} was read by nothing, and is left out.`);
      if (!isScalar(pair.key)) continue;
      const place = this.#positionOf(pair.key.range?.[0] ?? 0);
      pair.key.value = to;
      this.moved.push({ from: `${section}.${from}`, to: `${section}.${to}`, ...place });
    }
  }

  /** Writes a value, under a key that may be there; sections are made as they are needed. */
  set(key: string, value: unknown, { from }: { readonly from?: string } = {}): void {
    const place = from === undefined ? undefined : this.#position(from);
    const names = key.split('.');
    const name = names.pop() ?? '';
    let map = this.#root();
    for (const section of names) {
      const inner = this.#resolved(find(map, section)?.value);
      if (!isMap(inner)) put(map, section, new YAMLMap());
      map = isMap(inner) ? inner : (find(map, section)?.value as YAMLMap);
    }
    put(map, name, this.document.createNode(value));
    if (from !== undefined && place) this.moved.push({ from, to: key, ...place });
  }

  /** Gives a key that holds one value a place in another section. The comment lines directly above it, and the one behind it, come along. */
  carry(from: string, to: string): void {
    const { map, name } = this.#parent(from);
    const pair = map && find(map, name);
    const node = this.node(from);
    if (!map || !isScalar(pair?.key) || !isScalar(node)) return;
    const comment = commentAbove(pair, map);
    this.set(to, node.value, { from });
    const there = this.#parent(to);
    const moved = there.map && find(there.map, there.name);
    if (comment !== undefined && isScalar(moved?.key)) moved.key.commentBefore = comment;
    if (isScalar(moved?.value)) Object.assign(moved.value, { type: node.type, comment: (pair.value as Node).comment });
    this.remove(from);
  }

  /** Takes a key out, and its section when that is then empty. */
  remove(key: string, note?: string): void {
    const { map, name } = this.#parent(key);
    const index = map?.items.findIndex((pair) => keyName(pair.key) === name) ?? -1;
    if (!map || index < 0) return;
    if (note !== undefined) this.note(key, note);
    writeOutAliases(this.document, map.items[index]?.value);
    map.items.splice(index, 1);
    const section = key.split('.').slice(0, -1).join('.');
    if (map.items.length === 0 && section !== '') this.remove(section);
  }

  /** Remembers that a whole section has a new place. */
  move(from: string, to: string): void {
    this.moved.push({ from, to, ...this.#position(from) });
  }

  note(key: string, message: string): void {
    this.notes.push({ ...this.#position(key), message });
  }

  /** Names the version, above everything else where none was named. */
  setVersion(version: string): void {
    const map = this.#root();
    const pair = find(map, 'version');
    const value = new Scalar(version);
    if (pair) pair.value = isScalar(pair.value) ? Object.assign(pair.value, { value: version, source: version }) : value;
    else map.items.unshift(this.document.createPair('version', value));
  }

  #root(): YAMLMap {
    if (!isMap(this.document.contents)) this.document.contents = new YAMLMap();
    return this.document.contents as YAMLMap;
  }

  #parent(key: string): { readonly map: YAMLMap | undefined; readonly name: string } {
    const names = key.split('.');
    const name = names.pop() ?? '';
    let node: unknown = this.document.contents;
    for (const step of names) node = isMap(node) ? this.#resolved(find(node, step)?.value) : undefined;
    return { map: isMap(node) ? node : undefined, name };
  }

  #resolved(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return (node ?? undefined) as Node | undefined;
  }

  /** A section, and those whose keys it takes over by `<<`. */
  #withMerged(map: YAMLMap): readonly YAMLMap[] {
    const merged = map.items
      .filter((pair) => keyName(pair.key) === '<<')
      .flatMap(({ value }) => ('items' in Object(value) ? (value as YAMLMap).items : [value]));
    return [map, ...merged.map((node) => this.#resolved(node)).filter(isMap)];
  }

  #position(key: string): Position {
    const { map, name } = this.#parent(key);
    const pair = map && find(map, name);
    const offset = isScalar(pair?.key) ? pair.key.range?.[0] : map?.range?.[0];
    return this.#positionOf(offset ?? 0);
  }
}

function put(map: YAMLMap, name: string, value: unknown): void {
  const pair = find(map, name);
  if (pair) pair.value = value;
  else map.set(new Scalar(name), value);
}

function find(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find((pair) => keyName(pair.key) === name);
}
