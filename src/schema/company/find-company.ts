/** A company by its id, from the directory: ⌈N/100⌉ list calls cold, none warm, and no scoped call for an id that is not there. */
import { AppError } from '../../errors.js';
import type { GraphContext } from '../context.js';
import { type Company, toCompany } from './company.type.js';

/** `companyId` is a raw resource id. Throws COMPANY_NOT_FOUND. */
export async function findCompany(companyId: string, { loaders }: GraphContext): Promise<Company> {
  const directory = await loaders.directory();
  const row = directory.find(companyId);
  if (row === undefined) {
    throw new AppError('COMPANY_NOT_FOUND', 'No company with this id is among the companies that you may see.', {
      companyId,
    });
  }
  return toCompany(row);
}
