/** Keys that make a loader import or fetch code, wherever they are nested. */
const KEYS: readonly string[] = ['auto_map', 'custom_pipelines', '_attn_implementation_internal', '_experts_implementation_internal', 'trust_remote_code'];

/** A configuration file by its name: `config.json`, `tokenizer_config.json`, `model_index.json`. */
export function isConfig(path: string): boolean {
  return /(?:config|model_index)\.json$/i.test(path);
}

/** Why loading with this configuration can run code; undefined when it says nothing of the kind. */
export function codeInConfig(config: unknown): string | undefined {
  const found = new Set<string>();
  const open: unknown[] = [config];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (KEYS.includes(key) && inner !== null && inner !== false) found.add(key);
      if (typeof inner === 'object') open.push(inner);
    }
  }
  return found.size > 0 ? `names code to load (${[...found].sort().join(', ')})` : undefined;
}
