// Loaded where it is needed: `import('@ilab/local-fs')` would be all of that package, for whoever loads any of it.
export { spool } from '@ilab/local-fs';
