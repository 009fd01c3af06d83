import type { CallOptions } from './call-options.ts';

/** What a registry wants to know who is asking. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A token sent as `Authorization: Bearer`. */
  | { readonly kind: 'token'; readonly token: string }
  /** An OAuth2 refresh token (Docker's identity token), to be exchanged. */
  | { readonly kind: 'identity'; readonly token: string };

/** Credentials of this user. Implementers MUST match the host exactly, port included, and never log a secret. */
export interface Credentials {
  /**
   * Looks for the credential of a host; `repository` is for stores that have several.
   * @returns undefined when there is none: the request is then anonymous
   */
  find(host: string, options: CallOptions & { readonly repository?: string }): Promise<Credential | undefined>;
}

/** Credentials that can be added and taken away. */
export interface CredentialStore extends Credentials {
  /**
   * Keeps a credential for a host in the place of one that is there.
   * @returns where: a file, or a helper's name
   * @throws IlabError E_BAD_CONFIG, E_STORE
   */
  store(host: string, credential: { readonly username: string; readonly password: string }, options: CallOptions): Promise<string>;
  /**
   * Takes a host’s credential away, from wherever it is kept.
   * @returns from where it was taken; none where there was nothing
   * @throws IlabError as {@link CredentialStore.store}
   */
  erase(host: string, options: CallOptions): Promise<readonly string[]>;
}
