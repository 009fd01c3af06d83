import { describe, expect, it } from 'vitest';
import { type Check, diagnose, type Finding, IlabError } from '../../src/index.ts';

function check(name: string, ...findings: readonly Omit<Finding, 'check'>[]): Check {
  return { name, run: () => Promise.resolve(findings.map((finding) => ({ check: name, ...finding }))) };
}

const ok = { state: 'ok', message: 'fine' } as const;
const problem = (code: Finding['code'] & string) => ({ state: 'problem', message: 'bad', advice: 'mend it', code }) as const;

describe('diagnose', () => {
  it('is healthy with warnings', async () => {
    const { healthy, exitCode } = await diagnose([check('a', ok), check('b', { state: 'warning', message: 'hm', advice: 'look' })], {});
    expect({ healthy, exitCode }).toEqual({ healthy: true, exitCode: 0 });
  });

  it.each([
    ['the problem’s own exit code', [problem('E_NETWORK')], 7],
    ['the one that all have in common', [problem('E_NETWORK'), problem('E_REGISTRY')], 7],
    ['8 where they differ', [problem('E_NETWORK'), problem('E_PLUGIN_BROKEN')], 8],
  ] as const)('ends with %s', async (_what, problems, exitCode) => {
    expect(await diagnose([check('a', ok, ...problems)], {})).toMatchObject({ healthy: false, exitCode });
  });

  it('tells a check that fails as a problem, and what the others found', async () => {
    const failing: Check = { name: 'failing', run: () => Promise.reject(new IlabError('E_STORE', 'torn', { hint: 'remove it' })) };
    const strange: Check = { name: 'strange', run: () => Promise.reject(new TypeError('undefined is not')) };
    const { findings } = await diagnose([failing, check('other', ok), strange], {});
    expect(findings).toEqual([
      { check: 'failing', state: 'problem', message: 'torn', advice: 'remove it', code: 'E_STORE' },
      { check: 'other', state: 'ok', message: 'fine' },
      { check: 'strange', state: 'problem', message: 'undefined is not', advice: expect.stringContaining('ILAB_DEBUG'), code: 'E_INTERNAL' },
    ]);
  });

  it('lets out no secret and nothing that steers a terminal', async () => {
    const text = 'https://user:secret@host/ \u001b[2J hf_abcdefghijklmnop';
    const { findings } = await diagnose([check('a', { state: 'warning', message: text, advice: text })], {});
    expect(JSON.stringify(findings)).not.toMatch(/secret|hf_abc|\\u001b/);
  });

  it('ends when it is aborted', async () => {
    await expect(diagnose([check('a', ok)], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
