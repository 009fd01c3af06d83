import { type Check, type Finding, mostAlike } from '@ilab/core';
import { SETTINGS } from '../config/schema/settings.ts';

/** What is read beside settings: where things are, and how they are told. */
const OTHERS = ['ILAB_CONFIG', 'ILAB_GLOBAL_CONFIG', 'ILAB_DATA_DIR', 'ILAB_DEBUG', 'ILAB_PROGRESS', 'ILAB_API_KEY'];
const KNOWN = [...Object.values(SETTINGS).flatMap((setting) => ('environment' in setting ? [setting.environment] : [])), ...OTHERS];

/** InstructLab's, and why they say nothing any more. */
const FORMER: Readonly<Record<string, string>> = {
  ILAB_SYSTEM_PROFILE_DIR: 'There are no profiles: ilab config init looks at the machine, and begins with the file that ILAB_GLOBAL_CONFIG names.',
  ILAB_TRAIN_PROFILE_DIR: 'There are no profiles: what one said can be in the configuration, or in the file that ILAB_GLOBAL_CONFIG names.',
  ILAB_FEATURE_SCOPE: 'No command has to be allowed by it.',
};

/** Variables that look like ilab's and that nothing reads; their values are nobody's business. */
export function checkVariables(env: Readonly<Record<string, string | undefined>>): Check {
  const check = 'variables';
  return {
    name: check,
    async run() {
      const said = Object.keys(env).filter((name) => /^ILAB_[A-Z_]+$/.test(name) && !name.startsWith('ILAB_TEST_') && env[name]);
      const unread = said.filter((name) => !KNOWN.includes(name)).sort();
      return unread.map(
        (name): Finding => ({ check, state: 'warning', message: `${name} is set, and nothing reads it.`, advice: FORMER[name] ?? adviceFor(name) }),
      );
    },
  };
}

function adviceFor(name: string): string {
  const near = mostAlike(name, KNOWN);
  return near === undefined ? 'unset it' : `Did you mean ${near}?`;
}
