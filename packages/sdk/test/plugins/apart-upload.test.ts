import { buffer } from 'node:stream/consumers';
import type { HttpRequest, Progress, UploadFile } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { hostile, REFERENCE } from './hostile-plugin.ts';

const CONTENT = Buffer.from('weights of a model');

const file: UploadFile = {
  path: 'model.gguf',
  size: CONTENT.length,
  sha256: 'a'.repeat(64),
  async *open({ start, end } = { start: 0, end: CONTENT.length }) {
    for (let at = start; at < end; at += 5) yield CONTENT.subarray(at, Math.min(at + 5, end));
  },
};

const UPLOAD = `capabilities: { versions: false, upload: { pullRequests: false, formats: ['plain', '../x'] } },
  async upload({ files, message }, { progress }) {
    const [file] = files;
    const task = progress.begin({ label: file.path, size: file.size });
    const body = { size: 7, open: async function* () { yield* file.open({ start: 11, end: 18 }); } };
    const { status } = await context.http.request({ url: 'https://hostile.example/put', method: 'PUT', body });
    task.at(7);
    task.end('sent');
    return { revision: 'r2', url: message + ' ' + status, changed: true, sent: 7, here: 0, more: {} };
  },`;

describe('an upload by a plugin in its own process', () => {
  it('reads files where they are, sends them through the host, and reports', async () => {
    const sent: string[] = [];
    const told: unknown[] = [];
    const progress: Progress = {
      plan: (total) => void told.push(total),
      begin(task) {
        told.push(task);
        return { at: (bytes) => void told.push(bytes), end: (outcome) => void told.push(outcome) };
      },
    };
    const http = {
      async request({ url, body }: HttpRequest) {
        if (typeof body === 'object' && 'open' in body) sent.push((await buffer(body.open())).toString());
        return { status: 201, headers: {}, url, body: Buffer.alloc(0), text: () => '', json: () => ({}) };
      },
      stream: () => Promise.reject(new Error('none')),
    };
    await using opened = await hostile({ registry: UPLOAD, context: { http } });
    const registry = await opened.registry();
    expect(registry.capabilities.upload).toEqual({ pullRequests: false, formats: ['plain'] });
    const result = await registry.upload?.({ destination: REFERENCE, files: [file], message: 'hello' }, { progress });
    expect(result).toEqual({ revision: 'r2', url: 'hello 201', changed: true, sent: 7, here: 0, ignored: [] });
    expect(sent).toEqual(['a model']);
    expect(told).toEqual([{ label: 'model.gguf', size: 18 }, 7, 'sent']);
  });

  it('gets no bytes that a file has not', async () => {
    const beyond = UPLOAD.replace('end: 18', 'end: 19');
    const http = {
      async request({ body }: HttpRequest) {
        if (typeof body === 'object' && 'open' in body) await buffer(body.open());
        throw new Error('unreached');
      },
      stream: () => Promise.reject(new Error('none')),
    };
    await using opened = await hostile({ registry: beyond, context: { http } });
    const registry = await opened.registry();
    const uploading = registry.upload?.(
      { destination: REFERENCE, files: [file], message: 'x' },
      { progress: { plan() {}, begin: () => ({ at() {}, end() {} }) } },
    );
    await expect(uploading).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN', message: expect.stringContaining('bytes that a file has not') });
  });
});
