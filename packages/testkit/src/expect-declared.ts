import type { CommandFlag, CommandManifest, CommandRequest } from '@ilab/plugin-api';
import { expect } from 'vitest';

const WORDS = /^[a-z][a-z0-9-]{0,30}(?: [a-z][a-z0-9-]{0,30}){1,2}$/;
const ENTRY = /^\.\/(?!.*\.\.)[\w./-]+\.[cm]?js$/;
const FLAG = /^(?!(?:model|store|offline|quiet|json|help|version)$)[a-z][a-z0-9-]{1,30}$/;
const OPTION = /^[\w.:/-]{1,100}$/;
const ARGUMENT = /^[A-Z][A-Z0-9_]{0,30}$/;
/** Neither what steers a terminal nor what a template of help would run. */
const SUMMARY = /^(?!.*<%)\P{C}{1,300}$/u;

/** Fails where a host would not take a command's metadata, see `CommandManifest`. */
export function expectDeclared({ command, entry, summary, model = 'optional', flags = {}, args = [] }: CommandManifest): void {
  expect(command).toMatch(WORDS);
  expect(entry, 'a module inside the package').toMatch(ENTRY);
  expect(summary).toMatch(SUMMARY);
  expect(['required', 'optional']).toContain(model);
  for (const [name, flag] of Object.entries(flags)) {
    expect(name, 'a flag that a command can have').toMatch(FLAG);
    expect(['boolean', 'string', 'integer']).toContain(flag.type);
    expect(flag.summary).toMatch(SUMMARY);
    if (flag.type !== 'string') expect(flag.options, `options of --${name}`).toBeUndefined();
    for (const option of flag.options ?? []) expect(option).toMatch(OPTION);
  }
  for (const { name, summary: words } of args) {
    expect(name).toMatch(ARGUMENT);
    expect(words).toMatch(SUMMARY);
  }
  expect(new Set(args.map(({ name }) => name)).size, 'arguments of different names').toBe(args.length);
  const required = args.map(({ required: isRequired = false }) => isRequired);
  expect(required, 'required arguments come first').toEqual([...required].sort((a, b) => Number(b) - Number(a)));
  expect([Object.keys(flags).length, args.length].filter((count) => count > 50)).toEqual([]);
}

/** Fails where no host would make such a call of what is declared: with flags and arguments that it does not know, or without what is required. */
export function expectCallable({ model, flags = {}, args = [] }: CommandManifest, request: CommandRequest): void {
  for (const [name, value] of Object.entries(request.flags)) expect(isOf(flags[name], value), `--${name} ${value} is declared`).toBe(true);
  for (const name of Object.keys(request.args)) expect(args.map((one) => one.name)).toContain(name);
  const missing = args.filter(({ name, required = false }) => required && request.args[name] === undefined);
  expect(missing, 'required arguments that were not given').toEqual([]);
  if (model === 'required') expect(request.model, 'the model that is required').toBeDefined();
  if (model === undefined) expect(request.model, 'a model that is not declared').toBeUndefined();
}

function isOf(flag: CommandFlag | undefined, value: string | number | boolean): boolean {
  if (flag?.type === 'integer') return Number.isSafeInteger(value);
  if (flag?.type === 'boolean') return typeof value === 'boolean';
  return flag?.type === 'string' && typeof value === 'string' && (flag.options?.includes(value) ?? true);
}
