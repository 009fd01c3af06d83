import type { Loaded } from '../load.ts';
import type { GenerationOptions, Sequence, Token } from '../llama.ts';
import { finishReason } from '../sampling.ts';
import { gatherText } from './gather-text.ts';

export interface Generating {
  readonly loaded: Pick<Loaded, 'library' | 'model'>;
  readonly sequence: Sequence;
  readonly prompt: readonly Token[];
  readonly maxTokens: number;
  readonly options: GenerationOptions;
  readonly signal: AbortSignal;
  readonly onText: ((make: () => string) => void) | undefined;
}

export interface Generated {
  readonly text: string;
  readonly finish: 'stop' | 'length' | 'tool_calls';
  readonly said: readonly Token[];
}

/** Of these the library knows marks that end a completion and that their files don't name. */
const WITH_MARKS = new Set<unknown>(['gemma', 'gemma2']);

/** Lets a model go on from a prompt. An answer that nobody waits for any more ends, with what there is. */
export function generate(generating: Generating): Promise<Generated> {
  const { loaded, options } = generating;
  const isPlain = options.customStopTriggers === undefined && options.repeatPenalty === false;
  return isPlain && !WITH_MARKS.has(loaded.model.fileInfo.metadata.general?.architecture) ? plainly(generating) : byLibrary(generating);
}

/** What can't be text yet. */
const PARTIAL = '\ufffd';
/** Tokens of a byte each that make a character at most. */
const LONGEST_CHARACTER = 4;

/**
 * Token by token, as they come. What the library does beside this at each token, for stops that there are none of, takes a twentieth of
 * the time of a small model's answer.
 */
async function plainly({ loaded: { model }, sequence, prompt, maxTokens, options, signal, onText }: Generating): Promise<Generated> {
  const { temperature, topP, topK, minP, seed } = options;
  const sampling = Object.fromEntries(Object.entries({ temperature, topP, topK, minP, seed }).filter(([, value]) => value !== undefined));
  const gather = onText && gatherText(model, onText);
  const said: Token[] = [];
  let partial: Token[] = [];
  let finish: Generated['finish'] = 'stop';
  let made = 0;
  // The last token has to be computed for the next one to be known. With nothing before it there is nothing to keep.
  if (prompt.length > 1) await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  else await sequence.clearHistory();
  for await (const token of sequence.evaluate(prompt.slice(sequence.nextTokenIndex), { ...sampling, yieldEogToken: true })) {
    if (model.isEogToken(token)) break;
    made++;
    partial.push(token);
    if (partial.length >= LONGEST_CHARACTER || !model.detokenize(partial).endsWith(PARTIAL)) {
      said.push(...partial);
      gather?.(partial);
      partial = [];
    }
    if (made >= maxTokens) finish = 'length';
    if (made >= maxTokens || signal.aborted) break;
  }
  return { text: model.detokenize(said), finish, said };
}

async function byLibrary({ loaded, sequence, prompt, maxTokens, options, signal, onText }: Generating): Promise<Generated> {
  const { library, model } = loaded;
  const completing = new library.LlamaCompletion({ contextSequence: sequence, autoDisposeSequence: false });
  const gather = onText && gatherText(model, onText);
  const said: Token[] = [];
  try {
    const { response, metadata } = await completing.generateCompletionWithMeta([...prompt], {
      ...options,
      maxTokens,
      disableContextShift: true,
      signal,
      stopOnAbortSignal: true,
      onToken: (some) => {
        said.push(...some);
        gather?.(some);
      },
    });
    return { text: response, finish: finishReason(metadata.stopReason), said };
  } finally {
    completing.dispose({ disposeSequence: false });
  }
}
