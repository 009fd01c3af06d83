import type { CodeFile, ModelFacts } from '../model/facts.ts';
import type { CallOptions } from './call-options.ts';

/** Reads what models say of themselves: headers and configuration, never the weights. */
export interface ModelReader {
  /**
   * @param path absolute: a GGUF file, or a model’s directory
   * @throws IlabError E_NOT_A_MODEL when a header is broken (file, what and where are named), E_STORE when it can’t be read
   */
  facts(path: string, options: CallOptions): Promise<ModelFacts>;
  /**
   * Files at or below a path that run code when they are loaded, by name and by content.
   * @throws IlabError E_STORE
   */
  code(path: string, options: CallOptions): Promise<readonly CodeFile[]>;
}
