import { isMap, isScalar } from 'yaml';
import { MODEL_KEYS } from '../schema/settings.ts';
import { readAddress } from './address.ts';
import { aliasName, convertModels } from './aliases-of.ts';
import { modelValue } from './model-value.ts';
import type { OldFile } from './old-file.ts';

/** From InstructLab’s version 1.0.0, whose keys changed from 0.18 to 0.26 while the number stayed. */
export function fromVersion1(file: OldFile): void {
  convertModels(file);
  moveCheckpoints(file);
  for (const section of ['serve', 'generate.teacher']) {
    file.rename(section, 'model_path', 'model');
    splitAddress(file, section);
  }
  file.rename('train', 'model_path', 'model');
  file.rename('train', 'phased_mt_bench_judge', 'judge_model');
  file.rename('rag.embedding_model', 'embedding_model_path', 'model');
  useModelId(file, 'general.teacher_model_id', 'generate.teacher.model');
  useModelId(file, 'general.student_model_id', 'train.model');
  dropDeadKey(file);
  // The judge of DK-Bench is a name of its endpoint’s.
  for (const key of MODEL_KEYS.filter((candidate) => candidate !== 'evaluate.dk_bench.judge_model')) rewriteValue(file, key);
  file.setVersion('2.0.0');
}

/** Where checkpoints are: what training alone knew is where every command looks now. */
function moveCheckpoints(file: OldFile): void {
  const [from, to] = ['train.ckpt_output_dir', 'models.checkpoints_dir'];
  const models = file.node('models');
  if (models && !isMap(models)) return;
  if (file.text(from) !== undefined && file.text(to) === undefined) return file.carry(from, to);
  const [old, now] = [file.node(from)?.toJSON() as unknown, file.text(to)];
  const why = now === undefined ? 'is no path' : `gives way to ${to}`;
  file.remove(from, old == null || old === now ? undefined : `${from} (“${String(old)}”) ${why}, and is left out.`);
}

/** An id wins over the path, as it did when it was read. */
function useModelId(file: OldFile, from: string, to: string): void {
  const id = file.text(from);
  if (id !== undefined) {
    const path = file.text(to);
    file.set(to, aliasName(id), { from });
    if (path !== undefined) file.note(from, `${from} won over the path “${path}”; the model is now named in ${to}.`);
  }
  file.remove(from);
}

function dropDeadKey(file: OldFile): void {
  const dead = file.text('generate.model');
  const teacher = file.text('generate.teacher.model');
  const other = dead !== undefined && dead !== teacher;
  file.remove('generate.model', other ? `generate.model (“${dead}”) was read by nothing, and is left out; what counts is generate.teacher.model.` : undefined);
}

/** Before 0.23 a server’s address was one key. */
function splitAddress(file: OldFile, section: string): void {
  const key = `${section}.host_port`;
  const text = file.text(key);
  const address = text === undefined ? undefined : readAddress(text);
  if (address && !isMap(file.node(`${section}.server`))) {
    file.set(`${section}.server.host`, address.host, { from: key });
    file.set(`${section}.server.port`, address.port, { from: key });
  }
  file.remove(key, text !== undefined && !address ? `${key} (“${text}”) is no address with a port, and is left out.` : undefined);
}

function rewriteValue(file: OldFile, key: string): void {
  const node = file.node(key);
  if (isScalar(node) && typeof node.value === 'string') node.value = modelValue(node.value);
}
