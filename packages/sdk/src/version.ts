import { readFileSync } from 'node:fs';

/** This library as registries see it: `ilab/` and the version of its `package.json`. */
export function ownTool(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return `ilab/${version}`;
}
