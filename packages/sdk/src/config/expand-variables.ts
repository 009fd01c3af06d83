/**
 * `$NAME` and `${NAME}` in a value of the file, as InstructLab expands them; one that is not set stays as it is written, so that the error
 * names it.
 */
export function expandVariables(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare: string | undefined, braced: string | undefined) => env[bare ?? braced ?? ''] ?? whole);
}
