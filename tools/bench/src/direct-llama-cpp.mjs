// What node-llama-cpp does without us: so many clients share its sequences, in the process that was asked for it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, modelPath, slots, threads] = process.argv.slice(2);
const { getLlama, LlamaCompletion } = await import(pathToFileURL(join(packages, 'node_modules/node-llama-cpp/dist/index.js')).href);
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: Number(threads), logLevel: 'error' });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 512, sequences: Number(slots), threads: { ideal: Number(threads), min: Number(threads) } });
const free = Array.from({ length: Number(slots) }, () => new LlamaCompletion({ contextSequence: context.getSequence() }));
const waiting = [];

process.on('message', async ({ clients, requests, prompt, maxTokens }) => {
  let left = requests;
  let tokens = 0;
  const firsts = [];
  const client = async () => {
    while (left-- > 0) {
      const begun = performance.now();
      const completion = free.pop() ?? (await new Promise((resolve) => waiting.push(resolve)));
      let first;
      await completion.generateCompletion(model.tokenize(prompt, true), {
        maxTokens,
        temperature: 0,
        onToken: (some) => {
          first ??= performance.now() - begun;
          tokens += some.length;
        },
      });
      firsts.push(first);
      const next = waiting.shift();
      if (next) next(completion);
      else free.push(completion);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  process.send({ tokens, seconds: (performance.now() - begun) / 1000, firsts });
});
process.send('ready');
