import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { API_REPORT, writeApiReport } from '../documents/api-report.ts';

/** Lines of a difference that are shown. */
const MOST = 20;

/** What plugins can see of the API is what was agreed on, and each of it says what it is for. */
export const apiReport: Check = {
  name: 'plugin API',
  async run(root) {
    let is: string;
    try {
      is = await writeApiReport(root);
    } catch (error) {
      return [`the plugin API can't be read: ${error instanceof Error ? error.message : String(error)}`];
    }
    const was = readFileSync(join(root, API_REPORT), 'utf8');
    const changed =
      was === is ? [] : [`${API_REPORT} is not as the code has it: see docs/adr/0050-the-plugin-api-is-reported.md, then npm run docs`, ...difference(was, is)];
    return [...changed, ...undocumented(is)];
  },
};

/** Lines that went and came; their order is of no interest. */
function difference(was: string, is: string): readonly string[] {
  const [before, after] = [was.split('\n'), is.split('\n')];
  const lines = [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
  return lines.slice(0, MOST);
}

/** Declarations and members without a docstring. */
function undocumented(report: string): readonly string[] {
  const lines = report.split('\n');
  return lines.flatMap((line, index) => (line.trim() === '// (undocumented)' ? [`the plugin API has no docstring at: ${lines[index + 1]?.trim()}`] : []));
}
