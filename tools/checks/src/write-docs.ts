import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API_REPORT, writeApiReport } from './documents/api-report.ts';
import { GENERATED, readDocument } from './documents/generated.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
for (const { path, write } of GENERATED) writeFileSync(join(root, path), await write(readDocument(root, path)));
writeFileSync(join(root, API_REPORT), await writeApiReport(root));
