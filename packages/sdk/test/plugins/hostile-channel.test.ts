import { describe, expect, it } from 'vitest';
import { type Hostile, hostile, NAME, QUESTIONS, REFERENCE, SHORT } from './hostile-plugin.ts';

/** Writes into the channel what it likes. */
const RAW = `import { writeSync } from 'node:fs';
const frame = (json, bytes = Buffer.alloc(0)) => {
  const text = Buffer.from(json);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(text.length + 4 + bytes.length);
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, text, bytes]);
};
const send = (...data) => { for (const one of data) for (let at = 0; at < one.length;) { try { at += writeSync(3, one, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; } } };
const forever = () => new Promise(() => setInterval(() => {}, 1000));`;

const asking = (body: string): Hostile => ({ head: RAW, registry: `resolve: async () => { ${body}; return good; },` });
const answering = (body: string): Hostile => ({ head: RAW, registry: `resolve: async () => { ${body}; return forever(); },` });

const CASES: readonly (readonly [string, Hostile, RegExp])[] = [
  [
    'asks for the credential of huggingface.co',
    asking('await context.credentials.find("huggingface.co")'),
    /credential of huggingface\.co, which is not its own/,
  ],
  ['asks for it by another name', asking('await context.credentials.find("HF.co:443")'), /credential of HF\.co:443/],
  ['asks for that of quay.io', asking('await context.credentials.find("quay.io")'), /credential of quay\.io/],
  ['asks for that of a host that was given to another source', asking('await context.credentials.find("theirs.example")'), /credential of theirs\.example/],
  ['takes away the credential of another host', asking('await context.credentials.erase("huggingface.co")'), /credential of huggingface\.co/],
  ['stores one for another host', asking('await context.credentials.store("ghcr.io", { username: "a", password: "b" })'), /credential of ghcr\.io/],
  ['asks for the credential of nothing', asking('await context.credentials.find({ toString: 1 })'), /no text/],
  ['asks for a file of this machine', asking('await context.http.request({ url: "file:///etc/passwd" })'), /a request that can be none/],
  ...['http://127.0.0.1:11434/', 'http://2130706433/', 'http://localhost/', 'http://169.254.169.254/latest', 'http://10.0.0.1/', 'http://[::1]/'].map(
    (url) => [`asks ${url}`, asking(`await context.http.request({ url: ${JSON.stringify(url)} })`), /inside your network and not its own/] as const,
  ),
  ['asks with a method that there is not', asking('await context.http.request({ url: "https://a.example", method: "TRACE" })'), /a request that can be none/],
  ['asks with headers that are none', asking('await context.http.request({ url: "https://a.example", headers: { a: 1 } })'), /a request that can be none/],
  [
    'asks a thousand things at once',
    asking('await Promise.all(Array.from({ length: 1000 }, () => context.http.request({ url: "https://a.example" })))'),
    /more than 32 things at once/,
  ],
  ['logs without an end', asking('for (let i = 0; i < 2000; i++) context.logger.warn("x")'), /logs without an end/],
  ['reports progress without an end', answering('for (;;) send(frame(\'{"note":"progress","params":{}}\'))'), /floods the host/],
  ['sends what is no message', answering('send(frame("7"))'), /what is no message/],
  ['sends an empty message', answering('send(Buffer.alloc(8))'), /a message of 0 bytes/],
  ['sends half of one', answering('send(frame("{}", Buffer.alloc(0)).subarray(0, 9)); send(frame("{}"))'), /no message/],
  ['sends what is no JSON', answering('send(frame("{"))'), /what is no message/],
  ['sends a gigabyte', answering('const head = Buffer.alloc(4); head.writeUInt32BE(2 ** 30); send(head)'), /a message of 1073741824 bytes/],
  ['sends zeros without an end', answering('for (;;) send(Buffer.alloc(65536))'), /a message of 0 bytes/],
  ['sends JSON nested deep', answering('send(frame(\'{"done":1,"value":\' + "[".repeat(1e5) + "]".repeat(1e5) + "}"))'), /nested too deep/],
  ['sends a key that is no data', answering('send(frame(\'{"done":1,"value":{"__proto__":{"polluted":1}}}\'))'), /a key that no data has/],
  ['refers to bytes that are not there', answering('send(frame(\'{"done":1,"value":{"$bytes":[0,9]}}\'))'), /bytes that are not there/],
  ['refers to bytes before the first', answering('send(frame(\'{"done":1,"value":{"$bytes":[-9,9]}}\'))'), /bytes that are not there/],
  ['asks for what there is not', answering('send(frame(\'{"call":1,"method":"constructor"}\'))'), /something that there is not/],
  ['asks for what it was not lent', asking('await peerless()'), /ReferenceError/],
  ['says what nobody listens to', answering('send(frame(\'{"note":"toString"}\'))'), /what is no message/],
  ['closes the channel', { ...answering('(await import("node:fs")).closeSync(3)'), patience: SHORT }, /can’t be used/],
];

describe('a plugin that', () => {
  it.each(CASES)('%s is named, and ends nothing else', async (_what, given, says) => {
    await using opened = await hostile(given);
    const error = await opened
      .registry()
      .then(QUESTIONS['resolve'])
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', exitCode: 11, message: expect.stringContaining(`${NAME} 1.0.0`) });
    expect(String(error)).toMatch(says);
    expect(opened.asked).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('answers to what it was not asked changes nothing', async () => {
    await using opened = await hostile({ head: RAW, registry: 'resolve: async () => { send(frame(\'{"done":99,"value":{}}\')); return good; },' });
    expect(await opened.registry().then(QUESTIONS['resolve'])).toMatchObject({ revision: 'r1' });
  });

  it('was ended stays so', async () => {
    await using opened = await hostile({ registry: 'resolve: async () => process.exit(1),' });
    const registry = await opened.registry();
    for (let count = 0; count < 2; count += 1) await expect(registry.resolve(REFERENCE, {})).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN' });
  });
});

describe('a plugin of good will', () => {
  it('gets the credentials of its own hosts and of those that were given to it, and no others', async () => {
    const find = (host: string): string => `(await context.credentials.find(${JSON.stringify(host)}))?.token ?? 'none'`;
    const notices = ['hostile.example', 'mine.example', 'nobody.example'].map(find).join(', ');
    await using opened = await hostile({ registry: `resolve: async () => ({ ...good, notices: [${notices}] }),` });
    expect(await opened.registry().then(QUESTIONS['resolve'])).toMatchObject({ notices: ['secret of the host', 'secret of the host', 'none'] });
    expect(opened.asked).toEqual(['hostile.example', 'mine.example']);
  });

  it('sees its own hosts’ settings and no environment', async () => {
    await using opened = await hostile({ registry: 'resolve: async () => ({ ...good, notices: [JSON.stringify([context.registries, context.env])] }),' });
    expect(await opened.registry().then(QUESTIONS['resolve'])).toMatchObject({ notices: ['[{"mine.example":{"source":"hostile"}},{}]'] });
  });

  it('asks through the host, and logs with its name', async () => {
    const body = 'const answer = await context.http.request({ url: "https://hostile.example/api" }); context.logger.warn("Old\\u001b[2J."); ';
    await using opened = await hostile({ registry: `resolve: async () => { ${body} return { ...good, notices: [answer.text(), typeof answer.json()] }; },` });
    expect(await opened.registry().then(QUESTIONS['resolve'])).toMatchObject({ notices: ['{}', 'object'] });
    expect(opened.requests).toEqual(['https://hostile.example/api']);
    expect(opened.logged).toEqual([`${NAME}: Old [2J.`]);
  });

  it('asks hosts of this machine that the user named', async () => {
    const body = 'await context.http.request({ url: "http://" + reference.host + "/api" });';
    await using opened = await hostile({ registry: `resolve: async (reference) => { ${body} return { ...good, host: reference.host }; },` });
    const registry = await opened.registry();
    await registry.resolve({ ...REFERENCE, host: '127.0.0.1:5000' }, {});
    expect(opened.requests).toEqual(['http://127.0.0.1:5000/api']);
  });

  it('keeps the codes of its errors', async () => {
    const error = 'Object.assign(new Error("There is no such model."), { code: "E_NOT_FOUND", hint: "Look.", [Symbol.for("@ilab/error")]: true })';
    await using opened = await hostile({ registry: `resolve: async () => { throw ${error}; },` });
    await expect(opened.registry().then(QUESTIONS['resolve'])).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: 'There is no such model.',
      hint: 'Look.',
    });
  });

  it('is told that nobody waits any more', async () => {
    await using opened = await hostile({
      registry:
        'resolve: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => { context.logger.warn("ended"); reject(signal.reason); })),',
    });
    const registry = await opened.registry();
    const controller = new AbortController();
    const resolving = registry.resolve(REFERENCE, { signal: controller.signal });
    controller.abort();
    await expect(resolving).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => opened.logged).toEqual([`${NAME}: ended`]);
  });
});
