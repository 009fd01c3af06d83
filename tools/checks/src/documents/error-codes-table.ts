import { EXIT_CODES } from '@ilab/core';

const HEAD = '| code | exit code | meaning | what helps |\n|---|---|---|---|\n';

/** The page of error codes, with the codes and exit codes that there are, in their order; what people wrote of each stays. */
export function withErrorCodes(page: string): string {
  const [before, rest] = page.split(HEAD);
  if (before === undefined || rest === undefined) throw new Error('the page lacks its table');
  const words = new Map([...rest.matchAll(/^\| `(E_[A-Z_]+)` \| \d+ \| (.*) \|$/gm)].map(([, code = '', said = '']) => [code, said]));
  const rows = Object.entries(EXIT_CODES).map(([code, exit]) => {
    const said = words.get(code);
    if (said === undefined) throw new Error(`${code} is not explained: add a line for it`);
    return `| \`${code}\` | ${exit} | ${said} |\n`;
  });
  return `${before}${HEAD}${rows.join('')}${rest.replace(/^(?:\|.*\n)*/, '')}`;
}
