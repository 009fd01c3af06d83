import type { Command } from '@oclif/core';

/** The words after `ilab`, wherever in an example it is called. */
export function callsIn(example: Command.Example, id: string): readonly (readonly string[])[] {
  const text = (typeof example === 'string' ? example : example.command)
    .replaceAll('<%= config.bin %>', 'ilab')
    .replaceAll('<%= command.id %>', id.replaceAll(':', ' '))
    .replaceAll('"$(', ' ; ')
    .replaceAll(')"', ' ; ');
  const words = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
  const calls: string[][] = [];
  let call: string[] | undefined;
  for (const word of words) {
    if (word === 'ilab') {
      call = [];
      calls.push(call);
    } else if ([';', '|', '<', '>', '&&'].includes(word)) call = undefined;
    else call?.push(word);
  }
  return calls;
}
