import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createOciRegistry } from './oci-registry.ts';

const plugin: Plugin = definePlugin({ createRegistry: (_source, context) => createOciRegistry(context) });

export default plugin;

export { createArchivedRegistry, type ReadRepository } from './archived-registry.ts';
