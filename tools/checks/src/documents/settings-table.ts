import { describe, SETTING_KEYS } from '@ilab/sdk/config-schema';

const BEGIN = '<!-- settings: written by `npm run docs` -->';
const END = '<!-- /settings -->';

/** A page whose table of settings is as the code has them; what people wrote around it stays. */
export function withSettings(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page lacks ${BEGIN} or ${END}`);
  return `${before}${BEGIN}\n${settingsTable()}\n${END}${after}`;
}

function settingsTable(): string {
  const rows = SETTING_KEYS.map((key) => {
    const { about, environment, fallback } = describe(key);
    return `| \`${key}\` | ${about} | ${fallback === undefined ? '' : `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``} | ${environment === undefined ? '' : `\`${environment}\``} |`;
  });
  return ['| key | what it is | default | variable |', '|---|---|---|---|', ...rows].join('\n');
}
