import { IlabError } from '@ilab/plugin-api';

/** As vLLM, PyTorch and CUDA say it. */
const NO_MEMORY = /out of memory|no available memory for the cache blocks|KV cache is needed, which is larger than|less than desired GPU memory utilization/i;
const SHOWN = 3;

/** What it means that vLLM ended before it was up: what happened, with its own last words. */
export function failed(because: string, output: readonly string[]): IlabError {
  const memory = output.findLast((line) => NO_MEMORY.test(line));
  const details = { output: output.slice(-50) };
  if (memory !== undefined) {
    return new IlabError('E_NO_MEMORY', `vLLM has not enough memory for it: ${memory.trim()}`, {
      hint: 'Take a shorter context, more GPUs (--tensor-parallel-size N), or a smaller model.',
      details,
    });
  }
  const errors = output.filter((line) => /\b\w*(?:Error|Exception)\b|\berror:/.test(line));
  const said = (errors.length > 0 ? errors : output).slice(-SHOWN).map((line) => line.trim());
  return new IlabError('E_ENGINE', `vLLM could not start. ${because}${said.length === 0 ? '' : ` It said: ${said.join(' … ')}`}`, {
    hint: 'See its output with ILAB_DEBUG=1, or details.output of --json.',
    details,
  });
}
