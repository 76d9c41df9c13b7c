/**
 * The companies that a question about many is put to: all that the caller sees, or those that he names. From the directory:
 * ⌈N/100⌉ list calls cold, none warm, and none for a company that is not in it.
 */
import { AppError } from '../../errors.js';
import type { CompanyId, CompanyRow } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { parseCompanyId } from '../ids.js';
import { loadCompanies } from './load-companies.js';

export interface CompanyScope {
  /** Each once, in the order of their ids: the one order that no renaming changes. */
  readonly companies: readonly { readonly companyId: CompanyId; readonly companyName: string }[];
  /** How many more Keepnet counted than it listed; 0 for companies that were named. */
  readonly missing: number;
}

/** `ids` are raw or global; null for all. @throws AppError BAD_USER_INPUT or COMPANY_NOT_FOUND that names `companies` */
export async function loadCompanyScope(ids: readonly string[] | null, loaders: Loaders): Promise<CompanyScope> {
  const { rows, missing } =
    ids === null
      ? await loadCompanies({ filter: null }, loaders)
      : { rows: await findCompanies({ ids: toRawIds(ids), argument: 'companies' }, loaders), missing: 0 };
  const companies = rows.map(({ companyId, name }) => ({ companyId, companyName: name }));
  return { companies: companies.sort((left, right) => (left.companyId < right.companyId ? -1 : 1)), missing };
}

/** In the order of the raw ids. @throws AppError COMPANY_NOT_FOUND that names the argument and the first that is not there */
export async function findCompanies(
  { ids, argument }: { readonly ids: readonly string[]; readonly argument: string },
  loaders: Loaders,
): Promise<readonly CompanyRow[]> {
  const directory = await loaders.directory();
  return ids.map((companyId) => {
    const row = directory.find(companyId);
    if (row !== undefined) return row;
    const message = `${argument}: no company with the id ${companyId} is among the companies that you may see.`;
    throw new AppError('COMPANY_NOT_FOUND', message, { companyId, argument });
  });
}

function toRawIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map((id) => parseCompanyId(id, 'companies')))];
}
