/** Where the schema of the current version is published. */
export const SCHEMA_ADDRESS = 'https://raw.githubusercontent.com/instructlab/ilab/main/docs/config.schema.json';

/** The comment by which editors find it. */
export const SCHEMA_LINE = `# yaml-language-server: $schema=${SCHEMA_ADDRESS}`;
