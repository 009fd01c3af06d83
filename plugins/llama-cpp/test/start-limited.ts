// Starts a model, and says how that ended: for a process whose memory is limited.
import { isIlabError } from '@ilab/plugin-api';
import { DEMO, realEngine } from './real.ts';

const [, , path = ''] = process.argv;
const model = { names: ['m'], path, format: 'gguf', files: [], adapters: [] } as const;
try {
  const session = await realEngine().start({ ...DEMO, model }, {});
  await session.end();
  process.stdout.write('started');
} catch (error) {
  process.stdout.write(isIlabError(error) ? JSON.stringify({ code: error.code, message: error.message, hint: error.hint }) : String(error));
}
