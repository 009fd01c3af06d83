import type { InstalledPackage } from './installed-packages.ts';

/** What an install of the command line may bring. */
export interface Budget {
  readonly packages: number;
  /** Bytes of all that is installed. */
  readonly installed: number;
  /** Bytes of the archives of ours that it is installed from. */
  readonly packed: number;
}

const MB = 1_000_000;

/** The command line's; engines and runners are installed apart. Raise it knowingly: users wait for every byte of it. */
export const BUDGET: Budget = { packages: 60, installed: 9 * MB, packed: 1.5 * MB };

/** @returns what is over the budget, or must not be there at all, one line each */
export function overBudget(packages: readonly InstalledPackage[], packed: number, budget: Budget = BUDGET): readonly string[] {
  const installed = packages.reduce((sum, { size }) => sum + size, 0);
  return [
    ...over('packages', packages.length, budget.packages),
    ...over('bytes installed', installed, budget.installed),
    ...over('bytes packed', packed, budget.packed),
    ...packages.flatMap(({ path, scripts }) => scripts.map((script) => `${path} runs a script when it is installed: ${script}`)),
    ...packages.flatMap(({ native }) => native.map((file) => `${file} is code of one machine`)),
  ];
}

function over(what: string, is: number, may: number): readonly string[] {
  return is > may ? [`${is} ${what}, and ${may} are the most`] : [];
}
