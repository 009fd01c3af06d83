import { IlabError, type ResolvedModel, type SETTING_KEYS } from '@ilab/sdk';

/** What a model is there for; the flag is called the same. */
export type Role = 'model' | 'base-model' | 'judge-model' | 'teacher-model' | 'student-model' | 'embedding-model' | 'adapter' | 'tokenizer';

/** A model that a command works with. */
export interface WantedModel {
  readonly role: Role;
  /** What was typed. */
  readonly given: string | undefined;
  /** Where it is set, when nothing was typed. Without one, a model that nobody names is left out. */
  readonly setting?: (typeof SETTING_KEYS)[number];
  /** Whether the command makes no sense without it. */
  readonly needed?: boolean;
  /** Whether it is an endpoint's own name of a model, which is not looked for. */
  readonly atEndpoint?: boolean;
  /** That it is to run on this machine, so that memory matters, and with which engine, where one was asked for. */
  readonly toRun?: { readonly backend?: string | undefined } | undefined;
}

/** A model as it would be used: one that is here, or the name that an endpoint has for one. */
export type UsedModel =
  | Pick<ResolvedModel, 'reference' | 'path' | 'origin' | 'format' | 'revision' | 'version' | 'downloaded'>
  | { readonly endpointName: string };

/** A model as it was found; a tokenizer that stands alone is no more than its place. */
export type FoundModel = ResolvedModel | UsedModel;

/** What is told of it. */
export function usedModel(found: FoundModel): UsedModel {
  if (!('path' in found)) return found;
  const { reference, path, origin, format, revision, version, downloaded } = found;
  return { reference, path, origin, format, ...(revision !== undefined && { revision }), ...(version !== undefined && { version }), downloaded };
}

/**
 * The one model that has two flags, `--model` and that of its role.
 * @throws IlabError E_USAGE when both are given
 */
export function eitherOf(
  role: Role,
  { model, ...flags }: { readonly model?: string | undefined } & Readonly<Partial<Record<Role, string | undefined>>>,
): string | undefined {
  const other = flags[role as Exclude<Role, 'model'>];
  if (model === undefined || other === undefined) return model ?? other;
  throw new IlabError('E_USAGE', `--model and --${role} say the same thing here.`, { hint: 'Give one of the two.' });
}
