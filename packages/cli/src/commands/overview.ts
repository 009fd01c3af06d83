import type { Prompt } from '@ilab/sdk';
import { describeSituation, nextSteps } from '../first-steps/next-steps.ts';
import { lookAround, type Situation } from '../first-steps/situation.ts';
import { IlabCommand } from '../ilab-command.ts';
import { presentSteps } from '../present/steps.ts';
import { terminalWidth } from '../present/terminal-width.ts';
import { wrap } from '../present/wrap.ts';
import { createPrompt } from '../terminal/prompt.ts';

type Overview = Situation & { readonly next: readonly string[] };

/** What `ilab` alone does. */
export default class OverviewCommand extends IlabCommand {
  static override summary = 'Say what there is, and what to do next.';
  static override hidden = true;

  /** Whoever only looks around is asked nothing. */
  protected override prompt(): Prompt {
    return createPrompt({ enabled: false });
  }

  async run(): Promise<Overview> {
    const { flags } = await this.parse(OverviewCommand);
    const situation = await lookAround(await this.ilab(flags), { signal: this.signal });
    const next = nextSteps(situation);
    const width = terminalWidth(process.stdout);
    this.log(`${wrap(`${describeSituation(situation)} What you can do next:`, width).join('\n')}\n\n${presentSteps(next, width)}\n`);
    this.log(
      presentSteps(
        [
          ['ilab --help', 'all commands'],
          ['ilab help references', 'how models are named'],
        ],
        width,
      ),
    );
    return { ...situation, next: next.map(([command]) => command) };
  }
}
