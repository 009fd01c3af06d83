import type { Grammar, Llama } from '../llama.ts';

// As the library writes numbers. In what somebody sent quotes are escaped, so none of it looks like this.
const WHOLE = '"-"? ("0" | [1-9] [0-9]{0,15})';
const EXPONENT = ' ([eE] [-+]? ("0" | [1-9] [0-9]{0,15}))?';
/** In its grammar for any JSON. */
const ANY_EXPONENT = '([eE] [-+]? [0-9] [1-9]{0,15})?';
/** With the 16 digits that stand before it at most, this is below what a double can be. */
const SHORT_EXPONENT = '([eE] [-+]? [0-9]{1,2})?';

/** A grammar of JSON without numbers that nobody can read: `1e999`, and integers such as `1e-3`. */
export async function withFiniteNumbers(llama: Llama, { grammar, stopGenerationTriggers, trimWhitespaceSuffix }: Grammar): Promise<Grammar> {
  const text = grammar
    .replaceAll(WHOLE + EXPONENT, WHOLE)
    .replaceAll(EXPONENT, ` ${SHORT_EXPONENT}`)
    .replaceAll(ANY_EXPONENT, SHORT_EXPONENT);
  return llama.createGrammar({ grammar: text, stopGenerationTriggers, trimWhitespaceSuffix });
}
