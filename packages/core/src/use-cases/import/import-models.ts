import { isIlabError } from '../../errors/ilab-error.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { RefusedModel } from '../../ports/foreign-models.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { importModel, type ImportedModel } from './import-model.ts';
import type { ImportDeps, ImportPlan } from './plan-import.ts';

/** What an import came to. */
export interface ImportResult {
  readonly imported: readonly ImportedModel[];
  /** What did not come in, and why. */
  readonly refused: readonly (RefusedModel & { readonly code?: ErrorCode; readonly hint?: string })[];
}

/** Brings in all that was planned. One model that can't be brought in does not keep the others out; a full disk does. */
export async function importModels(deps: ImportDeps, plan: ImportPlan, options: CallOptions): Promise<ImportResult> {
  const imported: ImportedModel[] = [];
  const refused: ImportResult['refused'][number][] = [...plan.refused];
  deps.progress.plan({
    files: plan.items.reduce((sum, { model }) => sum + model.files.length, 0),
    bytes: plan.items.reduce((sum, { bytes }) => sum + bytes, 0),
  });
  for (const item of plan.items) {
    try {
      imported.push(await importModel(deps, item, options));
    } catch (error) {
      if (!isIlabError(error) || error.code === 'E_NO_SPACE' || error.code === 'E_INTERRUPTED') throw error;
      const { code, message: reason, hint } = error;
      refused.push({ tool: item.model.tool, from: item.model.from, reason, code, ...(hint !== undefined && { hint }) });
    }
  }
  return { imported, refused };
}
