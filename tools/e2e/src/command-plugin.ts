import type { PluginParts } from './plugin-package.ts';

const ENTRY = `
import { readdirSync, readFileSync, statSync } from 'node:fs';
const made = {
  async 'acme report'({ flags, args, model }, { print, progress }) {
    progress('looking at ' + model.reference);
    const files = statSync(model.path).isDirectory() ? readdirSync(model.path, { recursive: true }).map((name) => model.path + '/' + name) : [model.path];
    const bytes = files.filter((path) => statSync(path).isFile()).reduce((sum, path) => sum + readFileSync(path).length, 0);
    print((flags.loud ? 'REPORT' : args.TITLE ?? 'Report') + ': ' + bytes + ' bytes of ' + model.format);
    return { result: { flags, args, bytes, reference: model.reference } };
  },
  async 'acme elsewhere'() { return { result: readFileSync(process.argv[1] + '/../../../../README.md', 'utf8') }; },
  'acme wait long': (_, { signal, progress }) => new Promise((_done, stop) => {
    const timer = setInterval(() => progress('still at it'), 100);
    signal.addEventListener('abort', () => { clearInterval(timer); stop(signal.reason); });
  }),
};
export default { $$type: '@ilab/plugin', apiVersion: 1, createCommand: (name) => ({ run: made[name] }) };`;

const entry = './dist/index.js';

/** A plugin with three commands, one of which reads a model. */
export const COMMAND_PLUGIN: PluginParts = {
  name: 'ilab-plugin-acme',
  entry: ENTRY,
  ilab: {
    commands: [
      {
        command: 'acme report',
        entry,
        summary: 'Reports on a model.',
        model: 'required',
        flags: {
          depth: { type: 'integer', summary: 'How deep to look.' },
          style: { type: 'string', summary: 'How it is written.', options: ['long', 'short'] },
          loud: { type: 'boolean', summary: 'In capitals.' },
        },
        args: [{ name: 'TITLE', summary: 'Its title.' }],
      },
      { command: 'acme elsewhere', entry, summary: 'Reads what is not its own.' },
      { command: 'acme wait long', entry, summary: 'Works until it is stopped.' },
    ],
  },
};

/** The same plugin with one command under other words. */
export function commandPlugin(name: string, command: string): PluginParts {
  return { ...COMMAND_PLUGIN, name, ilab: { commands: [{ command, entry, summary: 'Says something.' }] } };
}
