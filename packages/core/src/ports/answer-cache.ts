/**
 * Keeps what registries say once and for all, such as the files of a commit, between runs. A cache: implementers MUST NOT fail, MUST
 * give back exactly what was put under exactly that key, or nothing, and may forget anything at any time. Callers MUST check what
 * they get as they check the registry's own answer, and MUST ask the registry first whether this user may see it.
 */
export interface AnswerCache {
  /** What was put under a key. */
  get(key: string): Promise<string | undefined>;
  /**
   * Keeps an answer under a key.
   * @param options `wanted`: a place is made for it where there is none yet; otherwise it is kept only where there is one
   */
  put(key: string, answer: string, options?: { readonly wanted?: boolean }): Promise<void>;
}
