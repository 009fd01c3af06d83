import type { Endpoints } from '@ilab/core';
import type { NetworkOptions } from '../options.ts';
import { createConnections } from './dispatcher.ts';
import { networkError } from './network-error.ts';
import { httpStream, plainHeaders } from './response.ts';

/** Milliseconds without a byte. A model that reads a long prompt is silent for long. */
const SILENCE = 600_000;

/** The client for servers that run models: each request once, and those of this machine never through a proxy. */
export function createEndpoints({
  userAgent,
  stallAfter = SILENCE,
  ...options
}: Omit<NetworkOptions, 'offline' | 'logger'>): Endpoints & { close(): Promise<void> } {
  const connections = createConnections({ ...options, userAgent, stallAfter });
  return {
    async ask({ url: text, method = 'GET', headers = {}, body = null }, { signal }) {
      const url = new URL(text);
      try {
        const dispatcher = await connections.for(url);
        const answer = await dispatcher.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: { 'user-agent': userAgent, ...headers },
          body,
          ...(signal && { signal }),
        });
        return httpStream({ status: answer.statusCode, headers: plainHeaders(answer.headers), url: url.href, answer });
      } catch (error) {
        signal?.throwIfAborted();
        throw networkError(error, url);
      }
    },
    close: () => connections.close(),
  };
}
