import { definePlugin } from '@ilab/plugin-api';
import { createHubRegistry } from './hub-registry.ts';

const plugin = definePlugin({ createRegistry: (_source, context) => createHubRegistry(context) });

export default plugin;
