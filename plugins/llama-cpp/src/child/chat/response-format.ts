import { ApiError, badRequest } from '../api-error.ts';
import { type Body, isRecord } from '../fields.ts';
import type { Grammar, Llama } from '../llama.ts';
import { withFiniteNumbers } from './finite-numbers.ts';
import { heldSchema } from './held-schema.ts';
import { checkSchemaSize } from './schema-size.ts';

/** What the answer must look like; undefined where it may be any text. @throws ApiError 400 */
export async function grammarOf({ response_format: format }: Body, llama: Llama): Promise<Grammar | undefined> {
  if (format === undefined || format === null) return undefined;
  const { type, json_schema: named } = isRecord(format) ? format : {};
  if (type === 'text') return undefined;
  if (type === 'json_object') return withFiniteNumbers(llama, await llama.getGrammarFor('json'));
  const schema = isRecord(named) ? named['schema'] : undefined;
  if (type !== 'json_schema' || !isRecord(schema)) throw badRequest('“response_format” is none of text, json_object and json_schema.', 'response_format');
  checkSchemaSize(schema, 'response_format');
  const strict = isRecord(named) && named['strict'] === true;
  return schemaGrammar(llama, heldSchema(schema, { param: 'response_format', strict }), 'response_format');
}

/** @param schema as `heldSchema` makes it; @throws ApiError 400 where the library can't hold an answer to the schema */
export async function schemaGrammar(llama: Llama, schema: object, param: string): Promise<Grammar> {
  try {
    return await withFiniteNumbers(llama, await llama.createGrammarForJsonSchema(schema));
  } catch (error) {
    throw new ApiError(400, `This JSON Schema can’t be kept to: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`, { param });
  }
}
