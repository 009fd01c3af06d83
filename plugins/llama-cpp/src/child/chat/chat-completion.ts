import { randomUUID } from 'node:crypto';
import type { Asked } from '../api.ts';
import { optionsOfChoice } from '../choices.ts';
import { booleanField, isRecord, refuse, usageField } from '../fields.ts';
import type { Call, Events } from '../http-server.ts';
import { mapAtMost } from '../map-at-most.ts';
import { type Generated, generate, type Generating } from './generate.ts';
import { type Prepared, prepare } from './prepare.ts';

/** A request under way. */
interface Answering {
  readonly asked: Asked;
  readonly call: Call;
  readonly prepared: Prepared;
  readonly id: string;
}

/** `POST /v1/chat/completions`. @throws ApiError */
export async function chatCompletion(asked: Asked, call: Call): Promise<object | undefined> {
  const { body } = call;
  refuse(body, 'logit_bias', (bias) => isRecord(bias) && Object.keys(bias).length === 0);
  const answering = { asked, call, prepared: await prepare(asked, call), id: `chatcmpl-${randomUUID()}` };
  const [isStream, isUsageWanted] = [booleanField(body, 'stream'), usageField(body)];
  return isStream ? streamed(answering, isUsageWanted) : whole(answering);
}

type Answer = (generating: Pick<Generating, 'loaded' | 'prepared' | 'sequence' | 'signal'>, index: number) => Promise<Generated>;

/** Has each answer that is wanted written in a place of its own, of which no more are asked for than there are. */
function each({ asked, call, prepared }: Answering, answer: Answer): Promise<readonly Generated[]> {
  const { loaded, slots } = asked;
  const [{ signal }, key] = [call, JSON.stringify(prepared.history)];
  const wanted = Array.from({ length: prepared.n }, (_, turn) => ({ ...prepared, options: optionsOfChoice(prepared.options, turn) }));
  return mapAtMost(wanted, slots.size, async (one, index) => {
    const slot = await slots.take(key, signal);
    try {
      return await answer({ loaded, prepared: one, sequence: slot.sequence, signal }, index);
    } finally {
      slot.release();
    }
  });
}

async function whole(answering: Answering): Promise<object> {
  const thoughts: string[] = [];
  const answers = await each(answering, (generating, index) => {
    const onText = (piece: string, isThought: boolean): void => {
      if (isThought) thoughts[index] = (thoughts[index] ?? '') + piece;
    };
    return generate({ ...generating, onText });
  });
  const choices = answers.map(({ text, calls, finish, logprobs }, index) => {
    const message = {
      role: 'assistant',
      content: calls.length > 0 && text === '' ? null : text,
      ...(thoughts[index] !== undefined && { reasoning_content: thoughts[index] }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    return { index, message, logprobs, finish_reason: finish };
  });
  return { ...head(answering, 'chat.completion'), choices, usage: usageOf(answering, answers) };
}

async function streamed(answering: Answering, isUsageWanted: boolean): Promise<undefined> {
  const { call } = answering;
  const answers = await each(answering, (generating, index) => streamOne(answering, { events: call.stream(), generating, index }));
  const usage = usageOf(answering, answers);
  if (isUsageWanted) call.stream().send({ ...head(answering, 'chat.completion.chunk'), choices: [], usage });
  return undefined;
}

interface Streaming {
  readonly events: Events;
  readonly generating: Parameters<Answer>[0];
  readonly index: number;
}

async function streamOne(answering: Answering, { events, generating, index }: Streaming): Promise<Generated> {
  const { isCall, logprobs } = generating.prepared;
  // What is a call, or is told with probabilities, is known when it is whole.
  const isHeld = isCall || logprobs !== undefined;
  const send = (delta: object, rest: object = {}): void =>
    events.send({ ...head(answering, 'chat.completion.chunk'), choices: [{ index, delta, logprobs: null, finish_reason: null, ...rest }] });
  send({ role: 'assistant', content: '' });
  const answer = await generate({
    ...generating,
    onText: (piece, isThought) => {
      // What may be the beginning of a call is held back, and comes as nothing.
      if (piece === '') return;
      if (isThought) send({ reasoning_content: piece });
      else if (!isHeld) send({ content: piece });
    },
  });
  if (isHeld && answer.text !== '') send({ content: answer.text }, { logprobs: answer.logprobs });
  for (const [at, one] of answer.calls.entries()) send({ tool_calls: [{ index: at, ...one }] });
  send({}, { finish_reason: answer.finish });
  return answer;
}

function usageOf({ prepared }: Answering, answers: readonly Generated[]): object {
  const [read, made] = [prepared.prompt.length, answers.reduce((sum, { tokens }) => sum + tokens, 0)];
  return { prompt_tokens: read, completion_tokens: made, total_tokens: read + made };
}

function head({ id, asked }: Answering, object: string): object {
  return { id, object, created: asked.created, model: asked.name };
}
