import { type AnswerCache, type Credential, type CredentialStore, type Endpoints, IlabError, nullLogger } from '@ilab/core';
import type { CommandContext, DonorContext, EngineContext, PluginContext, VerifierContext } from '@ilab/plugin-api';
import { strictHttp } from './http/strict-http.ts';

/** What a host hands to a registry, with nothing in it but what a test gives: no variable, no credential, and no request that is not known. */
export function testContext(given: Partial<PluginContext> = {}): PluginContext {
  return { http: strictHttp(), logger: nullLogger, env: {}, home: '/nowhere', registries: {}, ...given };
}

/** The same for an engine or a runner. */
export function testEngineContext(given: Partial<EngineContext> & Pick<EngineContext, 'data'>): EngineContext {
  return { logger: nullLogger, env: {}, home: '/nowhere', endpoints: noEndpoints, ...given };
}

/** The same for a verifier of signatures. */
export function testVerifierContext(given: Partial<VerifierContext> = {}): VerifierContext {
  return { logger: nullLogger, ...given };
}

/** The same for a donor. */
export function testDonorContext(given: Partial<DonorContext> & Pick<DonorContext, 'folders'>): DonorContext {
  return { logger: nullLogger, ...given };
}

/** The same for a command. */
export function testCommandContext(given: Partial<CommandContext> = {}): CommandContext {
  return { logger: nullLogger, ...given };
}

const noEndpoints: Endpoints = {
  async ask({ url }) {
    throw new IlabError('E_NETWORK', `${url} is asked, and this test has no server.`);
  },
};

/** Credentials in memory, by host, that give away no other's. */
export function memoryCredentials(known: Readonly<Record<string, Credential>> = {}): CredentialStore {
  const credentials = new Map(Object.entries(known));
  return {
    find: async (host) => credentials.get(host),
    async store(host, { username, password }) {
      credentials.set(host, { kind: 'basic', username, password });
      return 'memory';
    },
    erase: async (host) => (credentials.delete(host) ? ['memory'] : []),
  };
}

/** Answers in memory that never change, kept as the port says. */
export function memoryAnswers(): AnswerCache {
  const answers = new Map<string, string>();
  return {
    get: async (key) => answers.get(key),
    async put(key, answer, { wanted = false } = {}) {
      if (wanted || answers.has(key)) answers.set(key, answer);
    },
  };
}
