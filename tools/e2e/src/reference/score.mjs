// How probable llama.cpp finds texts, by several GGUF files: node-llama-cpp in the most exact way that it can compute, in a process of its own.
// Reads one JSON file, { packages, texts, files: [{ path, adapter? }] }, and says one: for each file its tokens, and the logarithm of each token's
// probability after those before it, from the second token of a text on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { packages, texts, files } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { getLlama } = await import(pathToFileURL(join(packages, 'node_modules/node-llama-cpp/dist/index.js')).href);
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 1, logLevel: 'error' });
// As it computes usually, attention is in 16-bit numbers, which moves log-probabilities by some hundredths: more than a wrong converter may.
const EXACT = { flashAttention: false, experimentalKvCacheKeyType: 'F32', experimentalKvCacheValueType: 'F32' };
// With temperature 1 and nothing cut off, probabilities are the model's own.
const ALL = { generateNext: { probabilities: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } } };

async function score({ path, adapter }) {
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({ contextSize: 512, threads: 1, ...EXACT, ...(adapter && { lora: adapter }) });
  const sequence = context.getSequence();
  const scored = { tokens: [], logs: [] };
  for (const text of texts) {
    const tokens = [...model.tokenize(text, true)];
    await sequence.clearHistory();
    const results = await sequence.controlledEvaluate(tokens.slice(0, -1).map((token) => [token, ALL]));
    scored.tokens.push(tokens);
    scored.logs.push(tokens.slice(1).map((token, at) => Math.log(results[at].next.probabilities.get(token))));
  }
  await context.dispose();
  await model.dispose();
  return scored;
}

const scores = [];
for (const file of files) scores.push(await score(file));
process.stdout.write(JSON.stringify(scores), () => process.exit(0));
