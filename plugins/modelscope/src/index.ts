import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createModelScopeRegistry } from './modelscope-registry.ts';

const plugin: Plugin = definePlugin({ createRegistry: (_source, context) => createModelScopeRegistry(context) });

export default plugin;
