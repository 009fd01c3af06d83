import type { ByteSource } from '../byte-source.ts';
import { JsonCursor, shorten } from '../json-cursor.ts';
import { LIMITS } from '../limits.ts';
import { malformed } from '../malformed.ts';

/** Shards by file name, with the tensors that each must hold. */
export type SafetensorsIndex = ReadonlyMap<string, readonly string[]>;

const fail = malformed('safetensors index');

/**
 * Reads `model.safetensors.index.json`. Shards lie beside it: a name with a path in it is refused.
 * @throws IlabError E_NOT_A_MODEL
 */
export async function readSafetensorsIndex(source: ByteSource): Promise<SafetensorsIndex> {
  if (source.size > LIMITS.index) throw fail(`it has ${source.size} bytes, more than ${LIMITS.index}`);
  const json = new JsonCursor(await source.read(0, source.size), { start: 0, fail });
  const shards = new Map<string, string[]>();
  let found = false;
  json.object((key) => {
    if (key !== 'weight_map') return json.skip();
    found = true;
    readWeightMap(json, shards);
  });
  json.end();
  if (!found || shards.size === 0) throw fail('it has no weight_map');
  return shards;
}

function readWeightMap(json: JsonCursor, shards: Map<string, string[]>): void {
  json.object(
    (tensor) => {
      const shard = json.text(255);
      if (shard === undefined || !/^[^./\\:\0][^/\\:\0]*\.safetensors$/.test(shard)) {
        throw json.fail(`the shard of ${shorten(tensor)} is not the name of a safetensors file beside it`);
      }
      const tensors = shards.get(shard);
      if (tensors) tensors.push(tensor);
      else if (shards.size < LIMITS.shards) shards.set(shard, [tensor]);
      else throw json.fail(`it has more than ${LIMITS.shards} shards`);
    },
    { maxKey: LIMITS.tensorName, maxMembers: LIMITS.indexEntries },
  );
}
