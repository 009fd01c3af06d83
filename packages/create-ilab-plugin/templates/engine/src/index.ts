import { definePlugin } from '@ilab/plugin-api';
import { createShelfEngine } from './engine.ts';

export default definePlugin({ createEngine: createShelfEngine });
