import type { OldFile } from './old-file.ts';

/** InstructLab before 0.18 wrote no version: one flat section for serving, and `generate.model` was what its name says. */
export function fromUnversioned(file: OldFile): void {
  for (const name of ['gpu_layers', 'max_ctx_size']) {
    const node = file.node(`serve.${name}`);
    if (!node) continue;
    if (!file.node(`serve.llama_cpp.${name}`)) file.set(`serve.llama_cpp.${name}`, node.toJSON(), { from: `serve.${name}` });
    file.remove(`serve.${name}`);
  }
  const model = file.text('generate.model');
  if (model !== undefined && !file.node('generate.teacher')) {
    file.set('generate.teacher.model_path', model, { from: 'generate.model' });
    file.remove('generate.model');
  }
  file.setVersion('1.0.0');
}
