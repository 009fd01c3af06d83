import { fileURLToPath } from 'node:url';
import { build } from './checks/build.ts';

const problems = await build.run(fileURLToPath(new URL('../../..', import.meta.url)));
process.stderr.write(problems.map((line) => `${line}\n`).join(''));
process.exitCode = problems.length > 0 ? 1 : 0;
