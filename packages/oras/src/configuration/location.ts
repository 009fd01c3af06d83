const LOCATION =
  /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:(?:\/[a-z0-9._-]+)+(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,128})?)?$/;

/** A host with what is below it, down to a tag or a digest, as references name them. @returns undefined for anything else */
export function readLocation(text: string): string | undefined {
  const trimmed = text.replace(/\/+$/, '');
  const slash = `${trimmed}/`.indexOf('/');
  const folded = trimmed.slice(0, slash).toLowerCase() + trimmed.slice(slash);
  return LOCATION.test(folded) && !/\/\.{1,2}(?:\/|$)/.test(folded) ? folded : undefined;
}
