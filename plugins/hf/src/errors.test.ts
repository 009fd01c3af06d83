import { describe, expect, it } from 'vitest';
import { type CannedAnswer, strictHttp } from '@ilab/testkit';
import { endpointOf } from './endpoint.ts';
import { hubError } from './errors.ts';

const endpoint = endpointOf('huggingface.co', { env: {}, registries: {} });
const token = { secret: 'self-hosted-secret', origin: 'HF_TOKEN' };
const loggedIn = { endpoint, repository: 'org/name', version: 'v1', token };
const anonymous = { ...loggedIn, token: undefined };

async function response(answer: CannedAnswer) {
  return strictHttp({ 'GET https://hub.example': answer }).request({ url: 'https://hub.example' }, {});
}

const coded = (status: number, code: string) => ({ status, headers: { 'x-error-code': code }, json: { error: code } });

describe('hubError', () => {
  it.each([
    ['a missing repository', coded(404, 'RepoNotFound'), loggedIn, 'E_NOT_FOUND', /token from HF_TOKEN may not see it/, /spelling/],
    [
      'a missing or private repository, without a token',
      { status: 401, json: { error: 'Invalid username or password.' } },
      anonymous,
      'E_NOT_FOUND',
      /or it is private/,
      /ilab login huggingface\.co/,
    ],
    ['a missing repository of another Hub', { status: 404, json: {} }, anonymous, 'E_NOT_FOUND', /not found/, /spelling/],
    ['a missing version', coded(404, 'RevisionNotFound'), loggedIn, 'E_NOT_FOUND', /no version “v1”/, /branch, a tag or a commit/],
    ['a gated repository, without a token', coded(401, 'GatedRepo'), anonymous, 'E_UNAUTHORIZED', /gated/, /https:\/\/huggingface\.co\/org\/name, then log in/],
    ['a gated repository, without access', coded(403, 'GatedRepo'), loggedIn, 'E_FORBIDDEN', /gated/, /https:\/\/huggingface\.co\/org\/name/],
    [
      'a bad token',
      { status: 401, headers: { 'x-error-message': 'Invalid credentials in Authorization header' } },
      loggedIn,
      'E_UNAUTHORIZED',
      /refused the token from HF_TOKEN/,
      /settings\/tokens/,
    ],
    [
      'a disabled repository',
      { status: 403, headers: { 'x-error-message': 'Access to this resource is disabled.' } },
      loggedIn,
      'E_FORBIDDEN',
      /disabled/,
      /huggingface\.co\/org\/name/,
    ],
    ['a token without the right', { status: 403, json: { error: 'Needs read permission' } }, loggedIn, 'E_FORBIDDEN', /Needs read permission/, /HF_TOKEN/],
    ['too many requests', { status: 429, json: {} }, anonymous, 'E_RATE_LIMITED', /too many requests/, /higher limit/],
    ['a broken server', { status: 503, json: { error: 'down' } }, anonymous, 'E_REGISTRY', /answered 503.*down/, /later/],
    [
      'a web page',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' },
      anonymous,
      'E_REGISTRY',
      /not answer like a Hugging Face Hub/,
      /HF_ENDPOINT/,
    ],
    [
      'a body that is not the JSON it says',
      { status: 418, headers: { 'content-type': 'application/json' }, body: '{' },
      anonymous,
      'E_REGISTRY',
      /418/,
      /HF_ENDPOINT/,
    ],
  ] as const)('tells %s', async (_what, answer, asked, code, message, hint) => {
    expect(hubError(await response(answer), asked)).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
  });

  it('repeats no token of any shape and no control characters', async () => {
    const error = hubError(await response({ status: 403, json: { error: `Token ${token.secret} \u001b[31mmay not` } }), loggedIn);
    expect(error.message).not.toContain(token.secret);
    expect(error.message).not.toContain('\u001b');
    expect(JSON.stringify(error.details)).not.toContain(token.secret);
  });

  it('says which failures may pass', async () => {
    expect(hubError(await response({ status: 502 }), anonymous).retryable).toBe(true);
    expect(hubError(await response({ status: 429 }), anonymous).retryable).toBe(true);
    expect(hubError(await response({ status: 404 }), anonymous).retryable).toBe(false);
  });
});
