import type { CallOptions } from './call-options.ts';

/** A request to a registry's API: small answers, not model bytes. */
export interface HttpRequest {
  /** Absolute, `https:` or `http:`; whether a host may be spoken to plainly is the user’s to say. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Credential headers (`authorization`, `cookie`) go to this URL's origin only, never along a redirect to another. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default none. A text is sent as UTF-8. */
  readonly body?: string | Uint8Array | HttpBody;
  /** `manual`: a redirect is an answer like any other. Default `follow`, at most ten. */
  readonly redirect?: 'follow' | 'manual';
  /** Largest body in bytes that is accepted; default 32 MiB. More ends with E_REGISTRY. */
  readonly maxBytes?: number;
  /** Milliseconds that the server has for its answer once it has the whole request; default 30,000. */
  readonly answerWithin?: number;
  /** Not to be sent again, whatever happens: for what would be done twice. */
  readonly once?: boolean;
}

/** A body that is too large to hold. A request that is tried again opens it again. */
export interface HttpBody {
  /** In bytes; absent where nobody knows. More or less than this fails the request. */
  readonly size?: number;
  /** Its bytes from the start, each time anew. MUST be able to be called again. */
  open(): AsyncIterable<Uint8Array>;
}

/** An answer with all of its body. */
export interface HttpResponse {
  /** Any but those that were tried again in vain. */
  readonly status: number;
  /** Names in lower case; repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** At most `maxBytes` of the request. */
  readonly body: Uint8Array;
  /** The body as UTF-8. */
  text(): string;
  /**
   * The body as JSON, of unknown shape.
   * @throws IlabError E_REGISTRY when it is none
   */
  json(): unknown;
}

/** An answer whose body is read as it comes. */
export interface HttpStream extends Pick<HttpResponse, 'status' | 'headers' | 'url'> {
  /**
   * To be iterated once, or ended with `cancel`. Ends with E_NETWORK when the connection breaks or nothing comes for long, and never
   * early without an error where the server said how long it is.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up what has not been read. Calling it twice, or after the end, does nothing. */
  cancel(): Promise<void>;
}

/**
 * What an adapter gets to talk to its registry's API. Implementers MUST see to proxies, CAs, retries of what can be
 * repeated (408, 429, 5xx, broken connections), `Retry-After` and redirects; any other status is returned, not thrown.
 */
export interface Http {
  /**
   * Asks, and reads the whole answer.
   * @throws IlabError E_NETWORK (no connection, with host and cause), E_RATE_LIMITED (429 to the end), E_REGISTRY (body too large), E_OFFLINE
   */
  request(request: HttpRequest, options: CallOptions): Promise<HttpResponse>;

  /**
   * As `request`, for bodies that are too large to hold: they are bounded by nothing but the reader. Tried again only until the headers
   * are there; a body that breaks is the caller's to go on with, by a range. For what is to be kept on this machine there is `Transfer`.
   * @throws IlabError as {@link Http.request}
   */
  stream(request: Omit<HttpRequest, 'maxBytes'>, options: CallOptions): Promise<HttpStream>;
}
