import { definePlugin, type Plugin } from '@ilab/plugin-api';
import { createS3Registry } from './s3-registry.ts';

const plugin: Plugin = definePlugin({ createRegistry: (_source, context) => createS3Registry(context) });

export default plugin;
