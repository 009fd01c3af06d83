// An endpoint in a process of its own: what it has comes in as one line of JSON, its address goes out as another.
import { createInterface } from 'node:readline';
import { type EndpointOptions, startEndpoint } from './start-endpoint.ts';

createInterface(process.stdin).once('line', (line) => {
  void startEndpoint(JSON.parse(line) as EndpointOptions).then(({ url }) => process.stdout.write(`${url}\n`));
});
// Whoever started it is gone, however that came.
process.stdin.once('end', () => process.exit());
process.on('SIGTERM', () => process.exit());
