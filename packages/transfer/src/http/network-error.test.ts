import { IlabError } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { isHopeless, networkError } from './network-error.ts';

const url = new URL('https://registry.example:8443/v2/?token=canary');
const coded = (code: string, more: ErrorOptions = {}): Error => Object.assign(new Error('something inside', more), { code });

describe('networkError', () => {
  it.each([
    ['ENOTFOUND', 'the host is not known', true, true],
    ['EAI_AGAIN', 'the host is not known', true, false],
    ['ECONNREFUSED', 'nobody answers there', true, true],
    ['ECONNRESET', 'the connection broke (ECONNRESET)', true, false],
    ['ETIMEDOUT', 'no answer in time', true, false],
    ['UND_ERR_HEADERS_TIMEOUT', 'no answer in time', true, false],
    ['UND_ERR_BODY_TIMEOUT', 'no answer in time', true, false],
    ['UND_ERR_CONNECT_TIMEOUT', 'no answer in time', true, false],
    ['UND_ERR_ABORTED', 'its proxy lets nobody through', true, false],
    ['CERT_HAS_EXPIRED', 'its certificate is not trusted (CERT_HAS_EXPIRED)', false, false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted', false, false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not trusted', false, false],
    ['EPROTO', 'it does not speak HTTPS', true, true],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak HTTPS', true, true],
    ['UND_ERR_INVALID_ARG', 'can’t be sent', false, false],
  ])('tells %s as “%s”', (code, what, retryable, hopeless) => {
    const problem = networkError(coded(code), url) as IlabError;
    expect(problem).toMatchObject({ code: 'E_NETWORK', retryable, details: { host: 'registry.example:8443', cause: code } });
    expect(problem.message).toContain(`registry.example:8443: `);
    expect(problem.message).toContain(what);
    expect(problem.hint).toBeTruthy();
    expect(isHopeless(problem)).toBe(hopeless);
  });

  it('finds the code of what an error was caused by, or of the first of several tries', () => {
    expect(networkError(new TypeError('fetch failed', { cause: coded('ENOTFOUND') }), url)).toMatchObject({ details: { cause: 'ENOTFOUND' } });
    const tries = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
    expect(networkError(tries, url)).toMatchObject({ details: { cause: 'ECONNREFUSED' } });
  });

  it('ends on an error that is its own cause', () => {
    const circle = new Error('again');
    circle.cause = circle;
    expect(networkError(circle, url)).toMatchObject({ code: 'E_NETWORK', message: expect.stringContaining('no reason given') });
  });

  it('leaves errors alone that are ours already', () => {
    const ours = new IlabError('E_FORBIDDEN', 'no');
    expect(networkError(ours, url)).toBe(ours);
  });

  it('shows nothing of the address but its host', () => {
    const problem = networkError(new Error('canary in https://registry.example/?token=canary'), url) as IlabError;
    expect(JSON.stringify([problem.message, problem.hint, problem.details, problem.cause])).not.toContain('canary');
  });
});
