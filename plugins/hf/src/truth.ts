/** What Hugging Face's tools take for yes in a variable of the environment. */
export function isTrue(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? '');
}
