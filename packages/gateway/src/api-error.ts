import type { OutgoingHttpHeaders } from 'node:http';

/** An answer other than the wished-for one, as OpenAI's API words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, message: string, { code, headers = {} }: { readonly code: string; readonly headers?: OutgoingHttpHeaders }) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  body(): string {
    const { status, message, code } = this;
    return JSON.stringify({ error: { message, type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error'), param: null, code } });
  }
}

const TYPES: Readonly<Record<number, string>> = { 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 429: 'rate_limit_error' };
