/**
 * Keepnet's export endpoints: a search's body and the choice of a file. They read and change nothing, so that they may be sent
 * twice. What arrives is judged in `download-check.ts`.
 */
import type { CredentialFile, FileFormat, RequestParts, ScopedFile } from '../endpoint.js';
import type { CompanySearch, LeaderboardSearch, PageRequest, TargetUserSearch, TimelineSearch } from '../rows.js';
import type { WireExportChoice } from '../wire.js';
import { searchCompanies } from './companies.js';
import { leaderboard, userTimeline } from './leaderboard.js';
import { searchTargetUsers } from './target-users.js';

/** A search without its page: a file has them all. */
export type Unpaged<Search extends PageRequest> = Omit<Search, keyof PageRequest>;

export const exportCompanies: CredentialFile<Unpaged<CompanySearch>> = {
  scoped: false,
  method: 'POST',
  path: 'companies/search/export',
  repeatable: true,
  table: searchCompanies,
  toRequest: ({ search, format }) => toExport(searchCompanies.toRequest({ ...search, ...IGNORED_PAGE }), format),
};

export const exportTargetUsers: ScopedFile<Unpaged<TargetUserSearch>> = {
  scoped: true,
  method: 'POST',
  path: 'target-users/search/export',
  repeatable: true,
  table: searchTargetUsers,
  toRequest: ({ search, format }, companyId) =>
    toExport(searchTargetUsers.toRequest({ ...search, ...IGNORED_PAGE }, companyId), format),
};

/** The first and last day of a period travel with it: Keepnet's own screen forgets them, and gets another period. */
export const exportLeaderboard: ScopedFile<Unpaged<LeaderboardSearch>> = {
  scoped: true,
  method: 'POST',
  path: 'leaderboard/get-all/export',
  repeatable: true,
  table: leaderboard,
  toRequest: ({ search, format }, companyId) =>
    toExport(leaderboard.toRequest({ ...search, ...IGNORED_PAGE }, companyId), format),
};

export const exportUserTimeline: ScopedFile<Unpaged<TimelineSearch>> = {
  scoped: true,
  method: 'POST',
  path: 'leaderboard/get-user-timeline/export',
  repeatable: true,
  table: userTimeline,
  toRequest: ({ search, format }, companyId) =>
    toExport(userTimeline.toRequest({ ...search, ...IGNORED_PAGE }, companyId), format),
};

/** Must be there, and is not looked at: Keepnet's own screens send the page that they show. */
const IGNORED_PAGE: PageRequest = { pageNumber: 1, pageSize: 10 };

/** As Keepnet's own screens spell them; whether others are understood is not known. */
const EXPORT_TYPES: Record<FileFormat, WireExportChoice['exportType']> = { CSV: 'CSV', XLSX: 'Excel', PDF: 'PDF' };

function toExport({ body }: RequestParts, format: FileFormat): RequestParts {
  const choice: WireExportChoice = { reportAllPages: true, exportType: EXPORT_TYPES[format] };
  return { body: { ...body, ...choice } };
}
