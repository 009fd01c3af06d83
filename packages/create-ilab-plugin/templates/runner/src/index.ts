import { definePlugin } from '@ilab/plugin-api';
import { createShelfRunner } from './runner.ts';

export default definePlugin({ createRunner: createShelfRunner });
