/**
 * Rows out of nothing, for export jobs without Keepnet: the same for the same company, in pages; companies can be made to fail,
 * and everything can be held up. `asked` lists the companies whose rows were asked for.
 */
import type { ExportSources, KeepnetFile, SourceContext } from '../../src/exports/exports.js';
import type { ExportRequest, ExportTarget } from '../../src/exports/job.js';
import type { Column, Row } from '../../src/tables/column.js';

export const COLUMNS: readonly Column[] = [
  { name: 'company_id', type: 'ID', description: 'The company.', isNullable: false },
  { name: 'company_name', type: 'TEXT', description: 'Its name.', isNullable: false },
  { name: 'user', type: 'TEXT', description: 'A user.', isNullable: false },
  { name: 'points', type: 'INTEGER', description: 'Points.', isNullable: false },
];

export interface SyntheticSources extends ExportSources {
  readonly asked: string[];
  /** Companies that were told to stop. */
  readonly aborted: string[];
  /** Thrown after the first page of a company, at each attempt while it is there. */
  readonly failures: Map<string, Error>;
  /** Awaited before each page but the first; resolved unless told. */
  hold: Promise<void>;
  file: (request: ExportRequest, target: ExportTarget, context: SourceContext) => Promise<KeepnetFile | null>;
}

export interface SyntheticOptions {
  readonly rowsPerCompany?: number;
  readonly rowsPerPage?: number;
}

export function createSyntheticSources({ rowsPerCompany = 5, rowsPerPage = 2 }: SyntheticOptions = {}) {
  const sources: SyntheticSources = {
    asked: [],
    aborted: [],
    failures: new Map(),
    hold: Promise.resolve(),
    columns: () => COLUMNS,
    async *rows(_request, { companyId, companyName }, { signal }) {
      sources.asked.push(companyId);
      signal.addEventListener('abort', () => sources.aborted.push(companyId), { once: true });
      for (let start = 0; start < rowsPerCompany; start += rowsPerPage) {
        signal.throwIfAborted();
        yield toPage(companyId, companyName, start, Math.min(rowsPerPage, rowsPerCompany - start));
        const failure = sources.failures.get(companyId);
        if (failure) throw failure;
        await sources.hold;
      }
    },
    file: () => Promise.reject(new Error('no file was prepared')),
  };
  return sources;
}

function toPage(companyId: string, companyName: string, start: number, count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => [companyId, companyName, `user ${start + index}`, start + index]);
}
