import { type Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar, YAMLMap } from 'yaml';
import { keyName } from '../file/key-name.ts';
import { modelValue } from './model-value.ts';
import type { OldFile } from './old-file.ts';

/** What a short name is made of; an alias of another form could never be typed. */
const UNTYPABLE = /[^A-Za-z0-9._-]+/g;

/** The name of the alias that an entry of `models` becomes. */
export function aliasName(id: string): string {
  return id.replace(UNTYPABLE, '-').replace(/^[-.]+|[-.]+$/g, '') || 'model';
}

/** Turns the list `models` into `models.aliases`, each entry with its comments and with what else is in it. */
export function convertModels(file: OldFile): void {
  const list = file.node('models');
  if (isScalar(list) && list.value === null) return file.remove('models');
  if (!isSeq(list)) return;
  const aliases = new YAMLMap();
  for (const entry of list.items) addAlias({ entry, aliases, file });
  const [first] = aliases.items;
  if (list.commentBefore && isScalar(first?.key)) first.key.commentBefore = list.commentBefore;
  if (aliases.items.length === 0) return file.remove('models');
  file.move('models', 'models.aliases');
  const models = new YAMLMap();
  models.set('aliases', aliases);
  const pair = isMap(file.document.contents) ? file.document.contents.items.find(({ key }) => isScalar(key) && key.value === 'models') : undefined;
  if (pair) pair.value = models;
}

function addAlias({ entry, aliases, file }: { readonly entry: unknown; readonly aliases: YAMLMap; readonly file: OldFile }): void {
  const id = isMap(entry) ? entry.get('id') : undefined;
  const path = isMap(entry) ? entry.get('path') : undefined;
  if (!isMap(entry) || typeof id !== 'string' || typeof path !== 'string') {
    file.note('models', 'An entry of models without id and path could not be used, and is left out.');
    return;
  }
  const name = aliasName(id);
  if (aliases.has(name)) {
    file.note('models', `models has “${id}” twice, which could not be used; the first is kept.`);
    return;
  }
  if (name !== id) file.note('models', `The model “${id}” is now called “${name}”, as names of models can be typed.`);
  const key = new Scalar(name);
  const first = entry.items[0]?.key;
  const comment = entry.commentBefore ?? (isScalar(first) ? first.commentBefore : undefined);
  if (comment != null) key.commentBefore = comment;
  const value = new YAMLMap();
  value.items = entry.items.filter((pair) => keyName(pair.key) !== 'id').map((pair) => aliasPair(pair, file.document));
  if (isScalar(first) && value.items[0] && isScalar(value.items[0].key)) first.commentBefore = null;
  aliases.set(key, value);
}

function aliasPair(pair: Pair, document: Document): Pair {
  if (keyName(pair.key) !== 'path') return pair;
  const renamed = document.createPair('model', modelValue(String(isScalar(pair.value) ? pair.value.value : pair.value)));
  const written = pair.value as Node | null;
  if (written?.range && isScalar(renamed.value)) Object.assign(renamed.value, { range: written.range, comment: written.comment });
  if (isScalar(pair.key) && isScalar(renamed.key)) renamed.key.commentBefore = pair.key.commentBefore ?? null;
  return renamed;
}
