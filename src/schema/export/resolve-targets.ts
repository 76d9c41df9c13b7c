/**
 * The companies of an export, found before the job is kept: ⌈N/100⌉ Keepnet calls cold. Those that closed their data are in it
 * with the reason, so that nothing is asked of them and nobody misses them unawares.
 */
import { AppError, badInput } from '../../errors.js';
import type { ExportTarget } from '../../exports/job.js';
import type { CompanyRow } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { parseCompaniesArgs } from '../company/company.args.js';
import { MAX_PAGE_SIZE } from '../connection.js';
import { type CompanySelection, MAX_COMPANIES } from './company-selector.input.js';
import type { ExportQuestion } from './export-question.js';

/** By name, then by id: the same companies come in the same order, whoever asks. @throws AppError COMPANY_NOT_FOUND, BAD_USER_INPUT */
export async function resolveTargets(
  companies: ExportQuestion['companies'],
  loaders: Loaders,
): Promise<readonly ExportTarget[]> {
  if (companies.by === 'list') return [{ companyId: '*', companyName: 'Companies', skipCode: null }];
  const rows = await loadCompanies(companies, loaders);
  if (rows.length > MAX_COMPANIES) throw tooMany(rows.length);
  return rows.map((row) => toTarget(row, loaders)).sort(compareTargets);
}

function loadCompanies(selection: CompanySelection, loaders: Loaders): Promise<readonly CompanyRow[]> {
  switch (selection.by) {
    case 'ids':
      return findCompanies(selection, loaders);
    case 'filter':
      return searchCompanies(selection, loaders);
    case 'all':
      return loaders.directory().then((directory) => directory.companies);
  }
}

async function findCompanies(
  { ids, argument }: Extract<CompanySelection, { by: 'ids' }>,
  loaders: Loaders,
): Promise<readonly CompanyRow[]> {
  const directory = await loaders.directory();
  return ids.map((companyId) => {
    const row = directory.find(companyId);
    if (row !== undefined) return row;
    throw new AppError(
      'COMPANY_NOT_FOUND',
      `${argument}: no company with the id ${companyId} is among the companies that you may see.`,
      { companyId, argument },
    );
  });
}

/** Oldest first, as in the directory: a company that is added meanwhile comes at the end and shifts no page. */
async function searchCompanies(
  { filter }: Extract<CompanySelection, { by: 'filter' }>,
  loaders: Loaders,
): Promise<readonly CompanyRow[]> {
  const { toSearch } = parseCompaniesArgs({ filter, orderBy: { field: 'CREATED_AT', direction: 'ASC' } });
  const loadPage = (pageNumber: number) => loaders.companies(toSearch({ pageNumber, pageSize: MAX_PAGE_SIZE }));
  const first = await loadPage(1);
  if (first.totalCount > MAX_COMPANIES) throw tooMany(first.totalCount);
  const others = Math.max(0, Math.ceil(first.totalCount / MAX_PAGE_SIZE) - 1);
  const pages = await Promise.all(Array.from({ length: others }, (_, index) => loadPage(index + 2)));
  const rows = [first, ...pages].flatMap((page) => page.rows);
  if (rows.length < first.totalCount) {
    throw new AppError(
      'UPSTREAM_BAD_RESPONSE',
      `Keepnet lists ${rows.length} of the ${first.totalCount} companies that it says match; ask again.`,
      { upstream: { operation: 'POST companies/search', status: 200 } },
    );
  }
  return [...new Map(rows.map((row) => [row.companyId, row])).values()];
}

function toTarget({ companyId, name, isOpen }: CompanyRow, loaders: Loaders): ExportTarget {
  const isClosed = isOpen === false || loaders.learnedAccess(companyId) === 'PRIVACY_DENIED';
  return { companyId, companyName: name, skipCode: isClosed ? 'COMPANY_PRIVACY_DENIED' : null };
}

const NAMES = new Intl.Collator('en', { numeric: true });

function compareTargets(left: ExportTarget, right: ExportTarget): number {
  return NAMES.compare(left.companyName, right.companyName) || (left.companyId < right.companyId ? -1 : 1);
}

function tooMany(count: number): AppError {
  return badInput('companies', `expected at most ${MAX_COMPANIES} companies in one export, got: ${count}`);
}
