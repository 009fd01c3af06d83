// A server to try the plugin with: npm run serve -- PORT
import { startServer } from './server.ts';

const { host } = await startServer(
  { 'team/granite': { v1: { 'config.json': '{"model_type":"granite"}', 'model.gguf': 'GGUF and so on' } } },
  Number(process.argv[2] ?? 0),
);
process.stdout.write(`shelf://${host}/team/granite:v1 is there, until you press Ctrl-C.\n`);
