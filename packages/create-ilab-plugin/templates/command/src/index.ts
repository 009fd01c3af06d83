import { definePlugin } from '@ilab/plugin-api';
import { createShelfReport } from './report.ts';

export default definePlugin({
  createCommand(command) {
    if (command === 'shelf report') return createShelfReport();
    throw new Error(`package.json declares “${command}”, and nothing here makes it.`);
  },
});
