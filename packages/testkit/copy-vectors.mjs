// Part of the build: the cases of the core come along, so that they can be run where the core's sources are not.
import { cp } from 'node:fs/promises';

for (const path of ['hostile/names.json', 'vectors/references.json', 'vectors/resolution.json'])
  await cp(new URL(`../core/${path}`, import.meta.url), new URL(`dist/${path}`, import.meta.url));
