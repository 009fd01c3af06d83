import { badRequest } from './api-error.ts';
import { type Body, isRecord } from './fields.ts';
import type { Token } from './llama.ts';
import type { Loaded } from './load.ts';
import { historyOf } from './chat/history.ts';
import { textsOf } from './chat/history-texts.ts';
import { refuseHuge, refuseManyTokens } from './text-bounds.ts';
import { isTokens } from './token-list.ts';

// What vLLM offers beside OpenAI's API, and what lm-eval asks a remote tokenizer for.

/** `POST /tokenize`: text, or messages as the template renders them. @throws ApiError 400 */
export function tokenize({ model, chatWrapper, contextLength }: Loaded, body: Body): object {
  const tokens = body['messages'] === undefined ? ofText() : ofMessages();
  return { tokens, count: tokens.length, max_model_len: contextLength };

  function ofText(): readonly Token[] {
    const { prompt, add_special_tokens: special = true } = body;
    if (typeof prompt !== 'string') throw badRequest('“prompt” is no text.', 'prompt');
    refuseHuge([prompt], 'prompt');
    const { bos, shouldPrependBosToken } = model.tokens;
    const plain = model.tokenize(prompt, true);
    return special === true && shouldPrependBosToken && bos !== null && plain[0] !== bos ? [bos, ...plain] : plain;
  }

  function ofMessages(): readonly Token[] {
    const chatHistory = historyOf(body);
    refuseHuge(textsOf(chatHistory), 'messages');
    return chatWrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
  }
}

/** `POST /detokenize`. @throws ApiError 400 */
export function detokenize(loaded: Loaded, { tokens }: Body): object {
  if (!isTokens(tokens, loaded)) throw badRequest('“tokens” is no list of tokens that the model has.', 'tokens');
  refuseManyTokens(tokens, 'tokens');
  return { prompt: loaded.model.detokenize(tokens, true) };
}

/** `GET /tokenizer_info`. */
export function tokenizerInfo({ model }: Loaded): object {
  const { bosString, eosString } = model.tokens;
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  return {
    tokenizer_class: 'llama.cpp',
    bos_token: bosString,
    eos_token: eosString,
    pad_token: eosString,
    chat_template: typeof template === 'string' ? template : isRecord(template) && typeof template['default'] === 'string' ? template['default'] : null,
  };
}
