import type { CallOptions } from './call-options.ts';
import type { HttpStream } from './http.ts';

/** A request to a server that runs models. */
export interface EndpointRequest {
  /** Absolute, `https:` or `http:`; it is the user's, or a server's of this machine, and never a registry's word. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: 'GET' | 'POST';
  /** For exactly the origin of `url`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as UTF-8; default none. */
  readonly body?: string;
}

/**
 * The way to servers that run models. Implementers MUST ask those of this machine directly, whatever the environment says of proxies: keys and
 * conversations are nobody else's. They MUST see to proxies and CAs for all others as they do for registries, send a request once, and take a
 * redirect for an answer like any other.
 */
export interface Endpoints {
  /**
   * Asks, and answers when the headers are there; a model may be silent for minutes.
   * @throws IlabError E_NETWORK (no connection, with host and cause), E_BAD_CONFIG (certificates that can't be used)
   */
  ask(request: EndpointRequest, options: CallOptions): Promise<HttpStream>;
}
