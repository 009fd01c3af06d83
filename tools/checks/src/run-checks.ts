import { fileURLToPath } from 'node:url';
import type { Check } from './check.ts';
import { apiReport } from './checks/api-report.ts';
import { boundaries } from './checks/boundaries.ts';
import { build } from './checks/build.ts';
import { errorCodes } from './checks/error-codes.ts';
import { examples } from './checks/examples.ts';
import { fileSizes } from './checks/file-sizes.ts';
import { generatedDocuments } from './checks/generated-documents.ts';
import { links } from './checks/links.ts';
import { lint } from './checks/lint.ts';
import { packages } from './checks/packages.ts';
import { trackedText } from './checks/tracked-text.ts';
import { typedExamples } from './checks/typed-examples.ts';
import { types } from './checks/types.ts';
import { vectors } from './checks/vectors.ts';

const CHECKS: readonly Check[] = [
  build,
  lint,
  types,
  boundaries,
  vectors,
  errorCodes,
  generatedDocuments,
  links,
  examples,
  typedExamples,
  apiReport,
  fileSizes,
  trackedText,
  packages,
];

const root = fileURLToPath(new URL('../../..', import.meta.url));
let failed = 0;
for (const check of CHECKS) {
  const started = performance.now();
  const problems = await check.run(root);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)\n`);
  for (const problem of problems) process.stdout.write(`       ${problem}\n`);
  if (problems.length > 0) failed++;
}
process.stdout.write(`${CHECKS.length - failed} of ${CHECKS.length} checks passed\n`);
process.exitCode = failed > 0 ? 1 : 0;
