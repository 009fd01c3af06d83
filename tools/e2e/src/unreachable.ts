import { run } from './run.ts';

/** What npm says when nobody answers, or only somebody on the way does. Everything else is a fault that a test has to show. */
const NOBODY = /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E50[234])\b/;

/** A package that every registry has. */
const KNOWN = 'typescript';

/** The reason for which tests are skipped that fetch packages, when npm can't reach its registry. */
export async function unreachable(registry: string, name: string = KNOWN): Promise<string | undefined> {
  const impatient = ['--fetch-retries=0', '--fetch-timeout=15000', '--prefer-online', `--registry=${registry}`];
  const { code, stderr } = await run('npm', ['view', name, 'name', ...impatient], { env: process.env });
  const [why] = code === 0 ? [] : (NOBODY.exec(stderr) ?? []);
  return why === undefined ? undefined : `npm can’t reach its registry: ${why}`;
}
