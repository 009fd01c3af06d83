/** Schemes of sources that do not come along, and the package of ours that brings each. Whoever else has brought one is asked before. */
const OFFERED: Readonly<Record<string, string>> = {
  modelscope: '@ilab/plugin-modelscope',
  ms: '@ilab/plugin-modelscope',
  ollama: '@ilab/plugin-ollama',
  s3: '@ilab/plugin-s3',
};

/** The package that would bring a scheme; undefined for one that nobody is known to bring. */
export function packageOfScheme(scheme: string): string | undefined {
  return Object.hasOwn(OFFERED, scheme) ? OFFERED[scheme] : undefined;
}
