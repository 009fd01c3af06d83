import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ConfigurationFile, configurationFile, IlabError, isIlabError } from '@ilab/sdk';
import { editorOf, runEditor } from '../../config/run-editor.ts';
import { IlabCommand } from '../../ilab-command.ts';
import { presentError } from '../../present/error.ts';
import { createPrompt } from '../../terminal/prompt.ts';

type Edited = { readonly file: string; readonly changed: boolean };

const EMPTY = 'version: 2.0.0\n';

export default class ConfigEdit extends IlabCommand {
  static override summary = 'Edit the configuration; it is replaced only by a valid one.';
  static override description =
    'Opens a draft in $VISUAL or $EDITOR. When the draft is not valid, the error names the line, and it can be opened again; what is left is found by the next edit.';
  static override examples = ['<%= config.bin %> <%= command.id %>', 'EDITOR="code --wait" <%= config.bin %> <%= command.id %>'];

  async run(): Promise<Edited> {
    await this.parse(ConfigEdit);
    const file = configurationFile();
    const before = await file.read();
    const draft = join(dirname(file.path), 'config.draft.yaml');
    await this.#begin(draft, before ?? EMPTY);
    const text = await this.#edited(file, draft).catch(async (error: unknown) => {
      // An editor that did not even start leaves nothing to go on with.
      if ((await readFile(draft, 'utf8').catch(() => '')) === (before ?? EMPTY)) await rm(draft, { force: true });
      throw error;
    });
    if (text === (before ?? EMPTY)) {
      await rm(draft, { force: true });
      this.note('Nothing was changed.');
      return { file: file.path, changed: false };
    }
    await file.replace(text, before).catch((error: unknown) => {
      if (!isIlabError(error)) throw error;
      throw new IlabError(error.code, error.message, { hint: `Your text is in ${draft}; \`ilab config edit\` opens it again.` });
    });
    await rm(draft, { force: true });
    this.note(`${file.path} was changed.`);
    for (const remark of await file.check(text)) this.warnUser(remark);
    return { file: file.path, changed: true };
  }

  async #begin(draft: string, text: string): Promise<void> {
    await mkdir(dirname(draft), { recursive: true });
    try {
      await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      this.note(`Going on with the draft that was left in ${draft}.`);
    }
  }

  /** @returns a valid text. @throws IlabError E_BAD_CONFIG when it is not, and nobody wants to try again */
  async #edited(file: ConfigurationFile, draft: string): Promise<string> {
    const prompt = createPrompt({ enabled: !this.jsonEnabled() });
    const editor = editorOf({ env: process.env, platform: process.platform, terminal: process.stdin.isTTY });
    for (;;) {
      await runEditor(editor, draft, { output: this.jsonEnabled() ? process.stderr : 'inherit' });
      const text = await readFile(draft, 'utf8');
      try {
        await file.check(text, draft);
        return text;
      } catch (error) {
        if (!isIlabError(error)) throw error;
        const left = new IlabError(error.code, error.message, {
          hint: `The configuration is as it was. The draft is kept: \`ilab config edit\` opens it again, and deleting it begins anew.`,
          ...(error.details && { details: error.details }),
        });
        if (!prompt.interactive) throw left;
        process.stderr.write(presentError(left));
        if (!(await prompt.confirm({ message: 'Edit it again?' }, { signal: this.signal }))) throw left;
      }
    }
  }
}
