import { definePlugin } from '@ilab/plugin-api';
import { createShelfRegistry } from './registry.ts';

export default definePlugin({ createRegistry: createShelfRegistry });
