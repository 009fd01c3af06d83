import { createParser } from 'eventsource-parser';
import { IlabError } from '@ilab/sdk';

/** Characters of one event. A piece of an answer has some hundred. */
const LONGEST_EVENT = 4 * 1024 * 1024;

/**
 * Texts of server-sent events, as they come; `[DONE]` ends them, and nothing behind it is read.
 * @throws IlabError E_ENGINE for an event without end
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let events: string[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: ({ data }) => void events.push(data),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') tooLong = true;
    },
  });
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (tooLong) throw new IlabError('E_ENGINE', 'The server sent an event that does not end.', { hint: 'Is it an endpoint with OpenAI’s API?' });
    const come = events;
    events = [];
    for (const event of come) {
      if (event.trim() === '[DONE]') return;
      yield event;
    }
  }
}
