/** An answer other than the wished-for one, as OpenAI's API words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: number, message: string, { param = null, code = null }: { readonly param?: string | null; readonly code?: string | null } = {}) {
    super(message);
    this.status = status;
    this.type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.param = param;
    this.code = code;
  }

  body(): object {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

const TYPES: Readonly<Record<number, string>> = { 401: 'authentication_error', 404: 'not_found_error', 429: 'rate_limit_error' };

/** A request that can't be understood. */
export function badRequest(message: string, param?: string): ApiError {
  return new ApiError(400, message, param === undefined ? {} : { param });
}
