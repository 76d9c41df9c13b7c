/**
 * The companies of an export, found before the job is kept: ⌈N/100⌉ Keepnet calls cold. Those that closed their data are in it
 * with the reason, so that nothing is asked of them and nobody misses them unawares; a list that lacks some starts no export.
 */
import { AppError, badInput } from '../../errors.js';
import type { ExportTarget } from '../../exports/job.js';
import type { CompanyRow } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { findCompanies } from '../company/company-scope.js';
import { compareNames } from '../company/compare-names.js';
import { loadCompanies } from '../company/load-companies.js';
import { type CompanySelection, MAX_COMPANIES } from './company-selector.input.js';
import type { ExportQuestion } from './export-question.js';

/** By name, then by id: the same companies come in the same order, whoever asks. @throws AppError COMPANY_NOT_FOUND, BAD_USER_INPUT, LIST_CHANGED */
export async function resolveTargets(
  companies: ExportQuestion['companies'],
  loaders: Loaders,
): Promise<readonly ExportTarget[]> {
  if (companies.by === 'list') return [{ companyId: '*', companyName: 'Companies', skipCode: null }];
  const rows = await selectCompanies(companies, loaders);
  return rows.map((row) => toTarget(row, loaders)).sort(compareNames);
}

async function selectCompanies(selection: CompanySelection, loaders: Loaders): Promise<readonly CompanyRow[]> {
  if (selection.by === 'ids') return findCompanies(selection, loaders);
  const filter = selection.by === 'filter' ? selection.filter : null;
  const { rows, missing } = await loadCompanies({ filter, checkCount }, loaders);
  if (missing === 0) return rows;
  const message = `Keepnet lists ${rows.length} of the ${rows.length + missing} companies that it counts; ask again.`;
  throw new AppError('LIST_CHANGED', message, { upstream: { operation: 'POST companies/search', status: 200 } });
}

function toTarget({ companyId, name, isOpen }: CompanyRow, loaders: Loaders): ExportTarget {
  const isClosed = isOpen === false || loaders.learnedAccess(companyId) === 'PRIVACY_DENIED';
  return { companyId, companyName: name, skipCode: isClosed ? 'COMPANY_PRIVACY_DENIED' : null };
}

function checkCount(count: number): void {
  if (count <= MAX_COMPANIES) return;
  throw badInput('companies', `expected at most ${MAX_COMPANIES} companies in one export, got: ${count}`);
}
