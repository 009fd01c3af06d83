import { Help } from '@oclif/core/help';
import { HELP_PAGES } from './pages/index.ts';

/** Help as oclif makes it, which also knows what is explained beside commands. */
export default class IlabHelp extends Help {
  override async showRootHelp(): Promise<void> {
    await super.showRootHelp();
    const pages = Object.entries(HELP_PAGES).map(([name, { summary }]): [string, string] => [`help ${name}`, summary]);
    this.log(`${this.section('EXPLAINED', this.renderList(pages, { indentation: 2, stripAnsi: this.opts.stripAnsi ?? false, spacer: '\n' }))}\n`);
  }
}
