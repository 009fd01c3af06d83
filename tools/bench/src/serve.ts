import { DEMO_MODELS, NO_LLAMA_CPP } from '@ilab/e2e';
import { median } from './measure.ts';
import { callDirectly, type Contestant, type Measured, servedByIlab, servedByPython } from './serve-contestants.ts';

const ROUNDS = 5;
const CLIENTS = [1, 4, 16];
const SETTING = { model: DEMO_MODELS.v1, slots: 4, threads: 1, context: 512 };
const ASKED = { requests: 64, maxTokens: 64, prompt: '<|im_start|>user\nWhat is InstructLab?<|im_end|>\n<|im_start|>assistant\n' };

/**
 * `ilab model serve` over HTTP against node-llama-cpp called directly and llama-cpp-python's server: the same model, threads and prompts,
 * taken in turns.
 */
export async function benchServe(): Promise<readonly string[]> {
  if (NO_LLAMA_CPP) return [NO_LLAMA_CPP.trim()];
  const lines = [`${ASKED.requests} answers of the demo model, ${SETTING.slots} slots, ${SETTING.threads} thread, ${ROUNDS} rounds in turns`];
  const [ilab, ...others] = [await servedByIlab(SETTING), await callDirectly(SETTING)];
  const python = await servedByPython(SETTING);
  if (python) others.push(python);
  else lines.push('llama-cpp-python is not installed: tools/install-test-tools.sh --full');
  try {
    for (const clients of CLIENTS) {
      const rounds: Measured[][] = [];
      // The first round warms all.
      for (let round = 0; round <= ROUNDS; round++) {
        const measured: Measured[] = [];
        for (const one of [ilab, ...others]) measured.push(await one.run({ ...ASKED, clients }));
        rounds.push(measured);
      }
      lines.push(`${clients} at once`, ...table([ilab, ...others], rounds.slice(1)));
    }
  } finally {
    for (const one of [ilab, ...others]) await one.end();
  }
  return lines;
}

function table(contestants: readonly Contestant[], rounds: readonly (readonly Measured[])[]): readonly string[] {
  return contestants.map(({ name }, index) => {
    const own = rounds.map((round) => round[index] as Measured);
    const ratio = median(rounds.map((round) => rate(round[0] as Measured) / rate(round[index] as Measured)));
    const first = median(own.flatMap(({ firsts }) => firsts));
    const figures = `${median(own.map(rate)).toFixed(0).padStart(6)} tokens/s  first after ${first.toFixed(0).padStart(5)} ms`;
    return `  ${name.padEnd(18)} ${figures}${index === 0 ? '' : `  ilab is ${ratio.toFixed(2)} × as fast`}`;
  });
}

function rate({ tokens, seconds }: Measured): number {
  return tokens / seconds;
}
