import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createEndpointEngine } from './endpoint-engine.ts';

const plugin: Plugin = definePlugin({ createEngine: (_engine, context) => createEndpointEngine(context) });

export default plugin;
