const REGISTRY_KEYS = ['insecure', 'mirrors', 'ca', 'source'];
const ALIAS_KEYS = ['model', 'family', 'system_prompt'];

/** The steps of a dotted key. Names of hosts and aliases have dots of their own: `models.registries.quay.io.insecure`. */
export function keyPath(key: string): readonly string[] {
  return named(key, 'models.registries.', REGISTRY_KEYS) ?? named(key, 'models.aliases.', ALIAS_KEYS) ?? key.split('.');
}

function named(key: string, prefix: string, leaves: readonly string[]): readonly string[] | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const rest = key.slice(prefix.length);
  const leaf = leaves.find((name) => rest.endsWith(`.${name}`) && rest.length > name.length + 1);
  const steps = leaf === undefined ? [rest] : [rest.slice(0, -leaf.length - 1), leaf];
  return [...prefix.slice(0, -1).split('.'), ...steps];
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name) ? Reflect.get(inner, name) : undefined),
    value,
  );
}
