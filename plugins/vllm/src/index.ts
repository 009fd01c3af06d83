import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createVllm } from './vllm-engine.ts';

const plugin: Plugin = definePlugin({ createEngine: (_engine, context) => createVllm(context) });

export default plugin;
