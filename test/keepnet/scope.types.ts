/** Not run: compiled by scope.test.ts. Each line below an expectation must fail to compile, or the wall has a hole. */
import type { Call } from '../../src/keepnet/endpoint.js';
import { searchCompanies } from '../../src/keepnet/endpoints/companies.js';
import { countSummary, targetUsersByIds } from '../../src/keepnet/endpoints/target-users.js';
import type { CompanyId, CompanySearch } from '../../src/keepnet/rows.js';
import type { KeepnetSession } from '../../src/keepnet/session.js';

export async function scopes(call: Call, session: KeepnetSession, companyId: CompanyId, search: CompanySearch) {
  await call(countSummary, undefined, companyId);
  await call(targetUsersByIds, ['a'], companyId);
  await call(searchCompanies, search);
  await session.countSummary(companyId);

  // @ts-expect-error a scoped endpoint without a company
  await call(countSummary, undefined);
  // @ts-expect-error a company that merely is a text
  await call(countSummary, undefined, 'xC5kfGz7w2Nz');
  // @ts-expect-error an endpoint of the credential with a company
  await call(searchCompanies, search, companyId);
  // @ts-expect-error the session asks for the same
  await session.countSummary('xC5kfGz7w2Nz');
}
