import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createOllamaRegistry } from './ollama-registry.ts';

const plugin: Plugin = definePlugin({ createRegistry: (_source, context) => createOllamaRegistry(context) });

export default plugin;
