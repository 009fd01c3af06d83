import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createHubRegistry } from './hub-registry.ts';

const plugin: Plugin = definePlugin({ createRegistry: (_source, context) => createHubRegistry(context) });

export default plugin;
