import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './programs.ts';
import type { Workspace } from './workspace.ts';

const PACKAGES = join(root, '.tools', 'engines', 'llama-cpp');

/** Why there is no engine for GGUF here; empty where there is one. */
export const NO_LLAMA_CPP: string = existsSync(join(PACKAGES, 'node_modules', 'node-llama-cpp'))
  ? ''
  : ' [node-llama-cpp is not installed: tools/install-test-tools.sh]';

/** The demo model, its next version, and a LoRA adapter on the first. */
export const DEMO_MODELS: { readonly v1: string; readonly v2: string; readonly adapter: string } = {
  v1: join(root, 'tools/demo/models/ilab/demo/v1/ilab-demo-q8_0.gguf'),
  v2: join(root, 'tools/demo/models/ilab/demo/v2/ilab-demo-q8_0.gguf'),
  adapter: join(root, 'tools/demo/models/ilab/demo-adapter/v1/ilab-demo-lora-f32.gguf'),
};

/** Puts the engine into a workspace, as `ilab engine install llama-cpp` would, without fetching it again. */
export async function addLlamaCpp(workspace: Workspace): Promise<void> {
  const folder = join(workspace.home, '.local', 'share', 'ilab', 'engines', 'llama-cpp');
  await mkdir(folder, { recursive: true });
  await symlink(PACKAGES, join(folder, 'packages'));
  const linked = await workspace.ilab(['plugins', 'link', join(root, 'plugins', 'llama-cpp')]);
  if (linked.code !== 0) throw new Error(`the plugin can’t be linked: ${linked.stderr}`);
}
