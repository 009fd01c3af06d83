/** Whether somebody asks for help with everything in it: `--help --all`, or `help … --all`. */
export function asksForEverything(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const words = end === -1 ? args : args.slice(0, end);
  return words.includes('--all') && (words[0] === 'help' || words.includes('--help') || words.includes('-h'));
}
