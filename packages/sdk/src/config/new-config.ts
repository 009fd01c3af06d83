import { stringify } from 'yaml';
import { CURRENT_VERSION } from './convert/convert.ts';
import { SCHEMA_LINE } from './schema/schema-address.ts';

/** The file that `ilab config init` writes: what was chosen, and nothing that has a default. */
export function newConfig(model: string): string {
  return `${SCHEMA_LINE}
# \`ilab config show\` tells every setting and where it comes from.
${stringify({ version: CURRENT_VERSION, chat: { model }, serve: { model } }, { lineWidth: 0 })}`;
}
