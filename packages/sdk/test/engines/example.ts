import { createIlab, installedPlugins } from '@ilab/sdk';

// Runs a model with what `ilab engine install` brought, for as long as it takes to ask it one thing.
export async function ask(reference: string, question: string): Promise<string> {
  await using ilab = await createIlab({ plugins: await installedPlugins() });
  const plan = await ilab.engines.plan({ model: reference });
  const { endpoint, headers, end } = await ilab.engines.start(plan, { purpose: 'ask' });
  try {
    const body = JSON.stringify({ model: plan.names[0], messages: [{ role: 'user', content: question }] });
    const request = { url: `${endpoint}/chat/completions`, method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body } as const;
    const answer = await ilab.endpoints.ask(request, {});
    const text = Buffer.concat(await Array.fromAsync(answer.body)).toString();
    const { choices } = JSON.parse(text) as { choices: { message: { content: string } }[] };
    return choices[0]?.message.content ?? '';
  } finally {
    await end();
  }
}
