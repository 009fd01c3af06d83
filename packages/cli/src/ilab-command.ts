import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Interfaces } from '@oclif/core';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { createIlab, type Ilab, type IlabOptions, type Logger, type PluginPackage, type Progress, type Prompt, type SettingOverrides } from '@ilab/sdk';
import { withCorrectedCommand } from './corrected-command.ts';
import { leadingWarnings } from './deprecation/leading-options.ts';
import { modernise } from './deprecation/modernise.ts';
import { DEPRECATED_COMMANDS } from './deprecation/options.ts';
import type { KnownFlag } from './deprecation/read-words.ts';
import { byPrecedence } from './plugins/precedence.ts';
import { collectWarnings, type Warnings } from './terminal/logger.ts';
import { createProgress, type LiveProgress, wantsPlain } from './terminal/progress.ts';
import { createPrompt } from './terminal/prompt.ts';
import { onInterrupt } from './terminal/interrupt.ts';
import { presentError } from './present/error.ts';
import { errorDocument } from './present/error-document.ts';
import { printableJson } from './present/printable.ts';
import { terminalWidth } from './present/terminal-width.ts';
import { wrap } from './present/wrap.ts';
import { toIlabError } from './errors.ts';

/** Flags that say where and how; a command that looks into several stores has them as a list, its own first. */
type BaseFlags = Omit<Interfaces.InferredFlags<typeof IlabCommand.baseFlags>, 'store'> & { readonly store?: string | readonly string[] | undefined };

/** What a command that fetches may use of the network, as its flags say. */
type NetworkLimits = { readonly maxConnections?: number | undefined; readonly limitRate?: string | undefined };

/** What all commands have in common: flags, the library, interruption, and how results and errors are told. */
export abstract class IlabCommand extends Command {
  static override enableJsonFlag = true;

  static override baseFlags = {
    store: Flags.directory({ summary: 'Use this models directory.', helpValue: 'DIR', helpGroup: 'GLOBAL', multiple: false }),
    offline: Flags.boolean({ summary: 'Use no network.', helpGroup: 'GLOBAL' }),
    quiet: Flags.boolean({ char: 'q', summary: 'Print results and errors only.', helpGroup: 'GLOBAL' }),
  };

  readonly #warnings: Warnings = collectWarnings();
  #progress: LiveProgress | undefined;
  #made: Promise<Ilab> | undefined;
  /** Made before plugins were added. */
  readonly #older: Promise<Ilab>[] = [];
  #added: readonly PluginPackage[] = [];
  #interrupt = onInterrupt();
  #token: string | undefined;

  /** Aborted by Ctrl-C. */
  protected get signal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** Old spellings become today's, and are told of, before anything is parsed. */
  protected override async init(): Promise<void> {
    const { argv, warnings, token } = modernise(this.ctor.id.replaceAll(':', ' '), this.argv, knownFlags(this.ctor));
    this.argv = [...argv];
    this.#token = token;
    for (const warning of [...leadingWarnings(), ...warnings]) this.warnUser(warning);
    await super.init();
  }

  /** The library as this call's flags want it; made once. */
  protected ilab(flags: Partial<BaseFlags>, limits: NetworkLimits = {}): Promise<Ilab> {
    this.#made ??= createIlab(this.#options(flags, limits));
    return this.#made;
  }

  /** The library again, with a plugin that this call has just added; what was made before stays open, and does not know of it. */
  protected async ilabWith(flags: Partial<BaseFlags>, { name, version, root }: Pick<PluginPackage, 'name' | 'version' | 'root'>): Promise<Ilab> {
    if (this.#made) this.#older.push(this.#made);
    const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly ilab?: unknown };
    this.#added = [{ name, version, root, manifest: pjson.ilab, type: 'user' }, ...this.#added.filter((plugin) => plugin.name !== name)];
    this.#made = createIlab(this.#options(flags, {}));
    return this.#made;
  }

  /** Plugins that are there, in the order of their precedence. */
  protected plugins(): readonly PluginPackage[] {
    const others = this.config.getPluginsList().map(toPluginPackage).sort(byPrecedence);
    return [...this.#added, ...others.filter(({ name }) => !this.#added.some((added) => added.name === name))];
  }

  /** Asks, unless this call is for a program or is to be quiet. */
  protected prompt({ quiet = false }: Partial<BaseFlags>): Prompt {
    return createPrompt({ enabled: !this.jsonEnabled() && !quiet });
  }

  /** Shows long work; one for all of a call. */
  protected progress({ quiet = false }: Partial<BaseFlags>): Progress {
    this.#progress ??= createProgress({ stream: process.stderr, silent: quiet || this.jsonEnabled(), plain: wantsPlain(process.env) });
    return this.#progress;
  }

  #options({ store, offline, quiet = false }: Partial<BaseFlags>, { maxConnections, limitRate }: NetworkLimits): IlabOptions {
    const logger: Logger = this.#warnings.logger({ quiet, json: this.jsonEnabled(), print: (line) => this.#progress?.print(line) });
    return {
      plugins: this.plugins(),
      dataDir: this.config.dataDir,
      settings: {
        ...storeSettings(store),
        ...(offline && { offline }),
        ...(maxConnections !== undefined && { maxConnections }),
        ...(limitRate !== undefined && { limitRate }),
      },
      progress: this.progress({ quiet }),
      prompt: this.prompt({ quiet }),
      logger,
      tool: `ilab/${this.config.version}`,
      // Said aloud, so it is for reading, too.
      ...(this.#token !== undefined && { env: { ...process.env, HF_TOKEN: this.#token, HF_HUB_DISABLE_IMPLICIT_TOKEN: undefined } }),
    };
  }

  /** Tells the result, as it is: no part of a path is a format. */
  override log(message = ''): void {
    if (!this.jsonEnabled()) process.stdout.write(`${message}\n`);
  }

  /** What is in it may be text of others. */
  override logJson(json: unknown): void {
    process.stdout.write(`${printableJson(json)}\n`);
  }

  /** Tells something that is not the result. */
  protected note(line: string): void {
    if (!this.jsonEnabled()) process.stderr.write(`${line}\n`);
  }

  /** The same for sentences: where a terminal's line ends, they go on with the next word. */
  protected noteText(text: string): void {
    this.note(wrap(text, terminalWidth(process.stderr) - 1).join('\n'));
  }

  /** Tells something that the user should know and can act on; it is in `warnings` of `--json`, too. */
  protected warnUser(message: string): void {
    this.#warnings.logger({ quiet: false, json: this.jsonEnabled(), print: (line) => this.note(line) }).warn(message);
  }

  protected override toSuccessJson(result: unknown): Record<string, unknown> {
    return { ok: true, result: result ?? null, warnings: this.#warnings.list };
  }

  protected override async catch(caught: Error): Promise<void> {
    // oclif would advise us to parse what was refused before that.
    this.parsed = true;
    this.#progress?.stop();
    const command = this.ctor.id.replaceAll(':', ' ');
    const called = { command: DEPRECATED_COMMANDS[command] ?? command, flags: shownFlags(this.ctor) };
    const told = toIlabError(caught, { interrupted: this.signal.aborted, arrived: this.#progress?.arrived ?? false, called });
    const error = withCorrectedCommand(told, { command, argv: this.argv });
    if (this.jsonEnabled()) this.logJson(errorDocument(error, this.#warnings.list));
    else process.stderr.write(presentError(error));
    process.exitCode = error.exitCode;
  }

  protected override async finally(): Promise<void> {
    this.#progress?.stop();
    this.#interrupt.dispose();
    // The library may have failed to start; that error has been told.
    for (const one of [...this.#older, this.#made]) await (await one?.catch(() => undefined))?.close();
  }
}

type DeclaredFlags = Readonly<Record<string, { readonly char?: string | undefined; readonly type: string; readonly hidden?: boolean | undefined }>>;
type Declared = { readonly flags?: DeclaredFlags; readonly baseFlags?: DeclaredFlags };

function knownFlags({ flags, baseFlags }: Declared): readonly KnownFlag[] {
  return Object.entries({ ...baseFlags, ...flags }).map(([name, { char, type }]) => ({ name, char, takesValue: type === 'option' }));
}

/** Those that help shows; oclif adds two by itself. */
function shownFlags({ flags, baseFlags }: Declared): readonly string[] {
  const declared = Object.entries({ ...baseFlags, ...flags }).filter(([, { hidden }]) => hidden !== true);
  return [...declared.map(([name]) => name), 'json', 'help'];
}

function storeSettings(store: string | readonly string[] = []): SettingOverrides {
  const [dir, ...extraDirs] = typeof store === 'string' ? [store] : store;
  return { ...(dir !== undefined && { dir }), ...(extraDirs.length > 0 && { extraDirs }) };
}

function toPluginPackage({ name, version, root, pjson, type }: Interfaces.Plugin): PluginPackage {
  const manifest: unknown = 'ilab' in pjson ? pjson['ilab'] : undefined;
  return { name, version, root, manifest, type: type === 'user' || type === 'link' ? type : 'core' };
}
