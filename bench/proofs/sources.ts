/**
 * Rows out of nothing for the proofs, the same for the same company in every process, with a pause before each page as if somebody
 * were asked. Writes a line to a journal that outlives a killed process: who began a company's rows, and who came to their end.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportSources } from '../../src/exports/exports.js';
import type { ExportTarget } from '../../src/exports/job.js';
import type { Column, Row } from '../../src/tables/column.js';

export interface ProofRows {
  readonly rowsPerCompany: number;
  readonly rowsPerPage: number;
  readonly pauseMs: number;
  /** Null: nothing is written down. */
  readonly journalPath: string | null;
}

export interface JournalLine {
  readonly processId: number;
  readonly what: 'began' | 'ended';
  readonly companyId: string;
}

const COLUMNS: readonly Column[] = [
  { name: 'company_id', type: 'ID', description: 'The company.', isNullable: false },
  { name: 'company_name', type: 'TEXT', description: 'Its name.', isNullable: false },
  { name: 'user_id', type: 'ID', description: 'The user.', isNullable: false },
  { name: 'display_name', type: 'TEXT', description: 'The name of the user.', isNullable: false },
  { name: 'points', type: 'INTEGER', description: 'Points.', isNullable: false },
  { name: 'performance', type: 'NUMBER', description: 'In percent.', isNullable: true },
  { name: 'is_active', type: 'BOOLEAN', description: 'Whether the user is active.', isNullable: false },
  { name: 'created_at', type: 'DATE_TIME', description: 'Since when.', isNullable: false },
];

export function createProofSources({ rowsPerCompany, rowsPerPage, pauseMs, journalPath }: ProofRows): ExportSources {
  const write = (what: JournalLine['what'], companyId: string) => {
    if (journalPath !== null) appendFileSync(journalPath, `${process.pid} ${what} ${companyId}\n`);
  };
  return {
    columns: () => COLUMNS,
    async *rows(_request, target, { signal }) {
      write('began', target.companyId);
      for (let start = 0; start < rowsPerCompany; start += rowsPerPage) {
        if (pauseMs > 0) await sleep(pauseMs, undefined, { signal });
        yield toPage(target, start, Math.min(rowsPerPage, rowsPerCompany - start));
      }
      write('ended', target.companyId);
    },
    file: () => Promise.reject(new Error('the proofs have no files of Keepnet')),
  };
}

export function toProofTargets(count: number): ExportTarget[] {
  return Array.from({ length: count }, (_, index) => ({
    companyId: `company${index}`,
    companyName: `Şirket ${index} "Ltd", A.Ş.`,
    skipCode: null,
  }));
}

export function readJournal(path: string): JournalLine[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [processId, what, companyId = ''] = line.split(' ');
    return { processId: Number(processId), what: what === 'ended' ? 'ended' : 'began', companyId };
  });
}

const FIRST_DAY_MS = Date.UTC(2024, 0, 1);

function toPage({ companyId, companyName }: ExportTarget, start: number, count: number): readonly Row[] {
  return Array.from({ length: count }, (_, offset) => {
    const index = start + offset;
    return [
      companyId,
      companyName,
      `${companyId}-${index}`,
      `Kullanıcı ${index} Öztürk`,
      (index * 7919) % 1000,
      index % 9 === 0 ? null : (index % 1000) / 10,
      index % 3 === 0,
      new Date(FIRST_DAY_MS + index * 60_000).toISOString(),
    ];
  });
}
