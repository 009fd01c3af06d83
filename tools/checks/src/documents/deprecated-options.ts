// @boundaries-ignore the command line publishes no library, and its tables are the source of this page
import { LEADING_OPTIONS } from '../../../../packages/cli/src/deprecation/leading-options.ts';
// @boundaries-ignore as above
import { DEPRECATED_COMMANDS, DEPRECATED_OPTIONS, REMOVED_IN } from '../../../../packages/cli/src/deprecation/options.ts';

/** The page of old spellings, as the command line reads them. */
export function deprecatedOptionsPage(): string {
  const options = DEPRECATED_OPTIONS.map(
    ({ command, old, short, say }) => `| \`ilab ${command}\` | \`${old}\`${short === undefined ? '' : `, \`${short}\``} | ${marked(say)} |`,
  );
  const commands = Object.entries(DEPRECATED_COMMANDS).map(([old, command]) => `| \`ilab ${old}\` | \`ilab ${command}\` |`);
  return [
    '# Old spellings',
    '',
    `What the old \`ilab\` called otherwise still works. It warns once on standard error (with \`--json\` in \`warnings\`), is shown by \`--help --all\` only, and is gone in ${REMOVED_IN}.`,
    'The old spelling and today’s in one call are an error, since they say the same thing. This page is written by `npm run docs`.',
    '',
    '| command | old | say |',
    '|---|---|---|',
    ...options,
    '',
    'Several `--repository` with as many `--release` or `--filename` are read in pairs, in their order; lists of different lengths are an error, where once what was over was lost.',
    '`--model-name NAME` writes to `./NAME-trained`, as it did. `--adapter-file auto` and `None` are the default. A token of `--hf-token` is used for that call only, and sent to the Hub only;',
    'other users of the machine may see it in the list of processes, and your shell keeps it in its history.',
    '',
    '| old | say |',
    '|---|---|',
    ...commands,
    ...LEADING_OPTIONS.map(({ old, short, say }) => `| \`${old}\`${short === undefined ? '' : `, \`${short}\``} before the command | \`${say}\` |`),
    '',
  ].join('\n');
}

/** Flags in prose, as code. */
function marked(say: string): string {
  return say.replace(/(?<!`[^`]*)--[a-z-]+/g, '`$&`');
}
