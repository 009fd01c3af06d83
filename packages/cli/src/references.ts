import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError } from '@ilab/sdk';

const SUMMARY = 'A path, a model that is here, or a repository.';

/** `--model REF`, as every command has it. */
export const modelFlag = Flags.string({ char: 'm', summary: SUMMARY, helpValue: 'REF' });

/** A model that plays a part of its own, as the judge. */
export function roleFlag(summary: string) {
  return Flags.string({ summary, helpValue: 'REF' });
}

const PULL = ['missing', 'never', 'newer', 'always'] as const;

/** `--pull`, of every command that resolves. */
export const pullFlag = Flags.option({ options: PULL, summary: `When to fetch: ${PULL.join(', ')}.`, helpValue: 'WHEN' })();

/** The same said as an argument. What is piped in is none: oclif would take it for one, and a loop over a list would lose its list. */
export const referenceArg = Args.string({ name: 'REF', description: SUMMARY, ignoreStdin: true });

/**
 * The one reference of a command, given as argument or as `--model`.
 * @throws IlabError E_USAGE when there is none, or two
 */
export function oneReference({
  args,
  flags,
}: {
  readonly args: { readonly REF?: string | undefined };
  readonly flags: { readonly model?: string | undefined };
}): string {
  const given = [args.REF, flags.model].filter((reference) => reference !== undefined);
  const [reference] = given;
  if (reference !== undefined && given.length === 1) return reference;
  if (given.length > 1) throw new IlabError('E_USAGE', 'A model is named twice: as an argument and with --model.', { hint: 'Give one of the two.' });
  throw new IlabError('E_USAGE', 'No model is named.', { hint: 'Name one, for example with --model quay.io/ai-lab/models/granite-7b-lab:v1.1' });
}

/** All references of a command that takes several. @throws IlabError E_USAGE when there is none */
export function someReferences({
  argv,
  flags,
}: {
  readonly argv: readonly unknown[];
  readonly flags: { readonly model?: readonly string[] | undefined };
}): readonly string[] {
  const given = [...argv.map(String), ...(flags.model ?? [])];
  if (given.length > 0) return given;
  throw new IlabError('E_USAGE', 'No model is named.', { hint: 'Name one or more, for example quay.io/ai-lab/models/granite-7b-lab:v1.1' });
}
