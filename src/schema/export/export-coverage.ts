/** How much of an export's companies is in its files: the counts from its row, the gaps from its parts where they are asked for. */
import type { ExportJobRow, ExportPart } from '../../exports/job.js';
import { type Coverage, type CoverageGap, toCoverageGap } from '../coverage.type.js';
import type { CallerExports } from './caller-exports.js';
import { toCompanyIdOf } from './export-job.type.js';
import { countParts } from './export-progress.js';

export function toExportCoverage(job: ExportJobRow, exports: CallerExports): Coverage {
  const { SUCCEEDED = 0, FAILED = 0, SKIPPED = 0 } = job.partCounts;
  const companiesInScope = countParts(job);
  return {
    companiesInScope,
    answered: SUCCEEDED,
    restricted: SKIPPED,
    failed: FAILED,
    skipped: companiesInScope - SUCCEEDED - SKIPPED - FAILED,
    complete: SUCCEEDED === companiesInScope,
    loadGaps: async (first) => {
      const parts = await exports.parts(job, { offset: 0, limit: first, states: ['FAILED', 'SKIPPED'] });
      return parts.items.map(toGap);
    },
  };
}

/** A part that failed always has a code; should one lack it, the gap is still told. */
function toGap(part: ExportPart): CoverageGap {
  const { companyName, code, message } = part;
  return toCoverageGap({ companyId: toCompanyIdOf(part), companyName, code: code ?? 'INTERNAL', message });
}
