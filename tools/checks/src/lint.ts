import { fileURLToPath } from 'node:url';
import { runProgram } from './program.ts';

// With `--write`, biome mends what it can.
const { code, output } = await runProgram('pnpm', ['exec', 'biome', 'check', ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('../../..', import.meta.url)),
});
process.stdout.write(output);
process.exitCode = code;
