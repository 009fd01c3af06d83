import type { Message } from '../client/message.ts';

/** What has been said, and what every conversation starts with. */
export class Conversation {
  system: string;
  #turns: readonly Message[] = [];

  constructor(system: string) {
    this.system = system;
  }

  get turns(): readonly Message[] {
    return this.#turns;
  }

  /** As a model gets it: an empty system prompt is none. */
  get messages(): readonly Message[] {
    return [...(this.system === '' ? [] : [{ role: 'system', content: this.system } as const]), ...this.#turns];
  }

  add(...messages: readonly Message[]): void {
    this.#turns = [...this.#turns, ...messages];
  }

  /** The answers, the last first. */
  get answers(): readonly string[] {
    return this.#turns
      .filter(({ role }) => role === 'assistant')
      .map(({ content }) => content)
      .reverse();
  }

  clear(): void {
    this.#turns = [];
  }

  /** What was kept, in place of what is here. */
  restore(messages: readonly Message[]): void {
    const said = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
    if (said.length > 0) this.system = said.join('\n');
    this.#turns = messages.filter(({ role }) => role !== 'system');
  }
}
