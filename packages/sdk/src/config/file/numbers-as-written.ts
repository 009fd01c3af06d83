import { isScalar, type ScalarTag, type Tags } from 'yaml';

/** Numbers are written as they were: `2e-05` stays so, although `2e-5` is the same. */
export function numbersAsWritten(tags: Tags): Tags {
  return tags.map((tag) => (isNumberTag(tag) ? { ...tag, stringify: asWritten(tag) } : tag));
}

function isNumberTag(tag: Tags[number]): tag is ScalarTag {
  return typeof tag === 'object' && !tag.collection && (tag.tag === 'tag:yaml.org,2002:int' || tag.tag === 'tag:yaml.org,2002:float');
}

function asWritten(tag: ScalarTag): NonNullable<ScalarTag['stringify']> {
  return (item, ...rest) => {
    if (item.source !== undefined && meant(tag, item.source) === item.value) return item.source;
    return tag.stringify?.(item, ...rest) ?? String(item.value);
  };
}

function meant(tag: ScalarTag, source: string): unknown {
  const resolved = tag.resolve(source, () => undefined, {});
  return isScalar(resolved) ? resolved.value : resolved;
}
