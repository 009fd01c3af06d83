import { stringify } from 'yaml';

/** Objects as one stream of YAML documents. */
export function writeYaml(objects: readonly unknown[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
