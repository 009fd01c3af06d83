import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IlabError } from '@ilab/core';
import { findProgram, isProgram } from '@ilab/programs';

export type Variables = Readonly<Record<string, string | undefined>>;

/** llama.cpp's own tools, by what they are called. */
export type ToolName = 'convert_hf_to_gguf.py' | 'convert_lora_to_gguf.py' | 'llama-quantize';

/** How a tool is called: a program, and what comes before its arguments. */
export interface Tool {
  readonly name: ToolName;
  readonly program: string;
  readonly before: readonly string[];
}

/** Folders of a checkout, or of a release, that have programs. */
const BELOW = ['build/bin', 'bin', '.'];
const PYTHONS = ['.venv/bin/python', 'venv/bin/python', '.venv/Scripts/python.exe', 'venv/Scripts/python.exe'];

/** A tool in the folder that `LLAMA_CPP_DIR` names, else on the PATH; undefined where there is none. */
export function findTool(name: ToolName, env: Variables): Tool | undefined {
  return findInFolder(name, env) ?? findOnPath(name, env);
}

/** @throws IlabError E_PLUGIN_MISSING */
export function needTool(name: ToolName, env: Variables): Tool {
  const tool = findTool(name, env);
  if (tool) return tool;
  const folder = env['LLAMA_CPP_DIR'];
  throw new IlabError('E_PLUGIN_MISSING', `llama.cpp’s ${name} is not on the PATH${folder ? `, nor in ${folder}, which LLAMA_CPP_DIR names` : ''}.`, {
    hint: 'Install llama.cpp, by a package manager or built from its sources, and name its folder in LLAMA_CPP_DIR, or put it on the PATH.',
    details: { tool: name },
  });
}

function findInFolder(name: ToolName, env: Variables): Tool | undefined {
  const { LLAMA_CPP_DIR: folder } = env;
  if (!folder) return undefined;
  const files = BELOW.map((below) => join(folder, below, name));
  if (name === 'llama-quantize') {
    const program = files.flatMap((file) => [file, `${file}.exe`]).find(isProgram);
    return program === undefined ? undefined : { name, program, before: [] };
  }
  const script = files.find((file) => existsSync(file));
  // What it imports is installed for the checkout, or for whoever runs it.
  const python = PYTHONS.map((path) => join(folder, path)).find(isProgram) ?? findProgram('python3', env) ?? findProgram('python', env);
  return script === undefined || python === undefined ? undefined : { name, program: python, before: [script] };
}

/** A script on the PATH is a program: its first line says which Python it was installed for. */
function findOnPath(name: ToolName, env: Variables): Tool | undefined {
  const program = findProgram(name, env) ?? findProgram(`${name}.exe`, env);
  return program === undefined ? undefined : { name, program, before: [] };
}
