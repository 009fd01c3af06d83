import { IlabError, isIlabError, isLoopback } from '@ilab/core';

const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_TLS|HOSTNAME_MISMATCH)/;

/** A connection that failed, told so that the user knows what to look at. Errors that are ours already pass through. */
export function networkError(error: unknown, url: URL): unknown {
  if (isIlabError(error)) return error;
  const code = codeOf(error);
  const { what, hint } = explain(code, url);
  return new IlabError('E_NETWORK', `${url.host}: ${what}`, {
    hint,
    retryable: !CERTIFICATE.test(code) && code !== 'UND_ERR_INVALID_ARG',
    details: { host: url.host, cause: code },
  });
}

/** Whether trying again at once is a waste: nobody answers there, the name is not known, or the server speaks no TLS. */
export function isHopeless({ details }: IlabError): boolean {
  const cause = details?.['cause'];
  return cause === 'ECONNREFUSED' || cause === 'ENOTFOUND' || cause === 'EPROTO' || (typeof cause === 'string' && cause.startsWith('ERR_SSL'));
}

function explain(code: string, url: URL): { what: string; hint: string } {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { what: 'the host is not known.', hint: 'Check its spelling, and the network.' };
  if (code === 'ECONNREFUSED' && isLoopback(url.hostname)) return { what: 'nobody answers there.', hint: 'Is the server running, and the port right?' };
  if (code === 'ECONNREFUSED') return { what: 'nobody answers there.', hint: 'Check the host and the port, and whether a proxy is needed (HTTPS_PROXY).' };
  if (CERTIFICATE.test(code)) {
    return {
      what: `its certificate is not trusted (${code}).`,
      hint: `Set NODE_EXTRA_CA_CERTS, or models.registries."${url.host}".ca, to the authority’s PEM file.`,
    };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return { what: 'it does not speak HTTPS.', hint: `If that is meant, set models.registries."${url.host}".insecure to true in the configuration.` };
  if (code === 'UND_ERR_INVALID_ARG') return { what: 'the request can’t be sent as it is.', hint: 'Check credentials and addresses for line breaks.' };
  // Nobody else aborts: the caller's own abort is told before it comes here.
  if (code === 'UND_ERR_ABORTED') return { what: 'its proxy lets nobody through.', hint: 'Check HTTPS_PROXY, and what the proxy allows.' };
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') return { what: 'no answer in time.', hint: 'Try again: what arrived is kept.' };
  return { what: `the connection broke (${code || 'no reason given'}).`, hint: 'Try again: what arrived is kept.' };
}

/** The system's or client's code, also of what it was caused by, or of the first of several tries. */
export function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = inner(cause), depth++) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return '';
}

function inner(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : error.cause;
}
