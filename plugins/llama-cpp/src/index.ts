import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createLlamaCpp } from './llama-cpp-engine.ts';

const plugin: Plugin = definePlugin({ createEngine: (_engine, context) => createLlamaCpp(context) });

export default plugin;
