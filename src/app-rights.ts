/**
 * What a caller's rights mean for sessions and exports: which companies a session shows, whether it masks, which exports are refused,
 * and whether what an export found is still his. Joins access, keepnet and exports for `app.ts`.
 */
import type { Caller } from './access/caller.js';
import { createScope } from './access/scope.js';
import type { Exports } from './exports/exports.js';
import type { ExportJobRow, ExportPart, ExportRequest, ExportRights, ExportTarget } from './exports/job.js';
import type { SessionOptions } from './keepnet/client.js';
import { refuseKeepnetFile } from './keepnet/masked-session.js';
import { type PeopleSearch, refusePersonalArguments } from './keepnet/personal-arguments.js';
import type { PersonalMask } from './keepnet/personal-mask.js';
import { refuseWholeList } from './keepnet/scoped-session.js';
import type { CompanyDirectory, KeepnetSession } from './keepnet/session.js';

export type SessionRights = Pick<SessionOptions, 'sees' | 'mask'>;

export function toSessionRights(rights: ExportRights, mask: PersonalMask): SessionRights {
  const scope = createScope(rights);
  return { sees: scope.seesAll ? null : scope.sees, mask: rights.masksPersonalData ? mask : null };
}

/** A part of an export sees its own company and no other; the list of companies, those that its caller saw when he asked. */
export function toPartRights(
  { rights }: ExportRequest,
  { companyId }: ExportTarget,
  mask: PersonalMask,
): SessionRights {
  const ofCaller = toSessionRights(rights, mask);
  return isList({ companyId }) ? ofCaller : { sees: (company) => company.companyId === companyId, mask: ofCaller.mask };
}

export function toExportRights({ companies, masksPersonalData }: Caller): ExportRights {
  return { companies, masksPersonalData };
}

/** @throws AppError FORBIDDEN that names the argument, where the export would hold more than its caller may see */
export function refuseExport({ kind, source, variables, rights }: ExportRequest): void {
  if (source === 'KEEPNET_FILE' && rights.masksPersonalData) throw refuseKeepnetFile();
  if (source === 'KEEPNET_FILE' && kind === 'COMPANIES' && rights.companies.kind !== 'ALL') throw refuseWholeList();
  if (!rights.masksPersonalData || (kind !== 'TARGET_USERS' && kind !== 'LEADERBOARD')) return;
  const { filter, orderBy } = variables as { filter?: PeopleSearch['filter']; orderBy?: PeopleSearch['order'] };
  refusePersonalArguments({ filter: filter ?? null, order: orderBy ?? null });
}

export interface StillGrantedParts {
  readonly caller: Caller;
  /** Of the caller, as his rights are now. */
  readonly session: KeepnetSession;
  readonly exports: Pick<Exports, 'parts'>;
}

/**
 * Whether the caller may see all that the job found. Costs the directory where he does not see all companies. A list of companies is
 * still his where he sees all of them, or has the grant that it was made under.
 */
export async function isStillGranted(
  job: ExportJobRow,
  { caller, session, exports }: StillGrantedParts,
): Promise<boolean> {
  const { rights } = job.request;
  if (caller.masksPersonalData && !rights.masksPersonalData) return false;
  if (caller.companies.kind === 'ALL') return true;
  const directory = await session.directory();
  const sees = (part: ExportPart) =>
    isList(part) ? isSameGrant(caller.companies, rights.companies) : isIn(directory, part);
  for (let offset = 0; ; offset += PARTS_AT_ONCE) {
    const { items } = await exports.parts(job.id, { offset, limit: PARTS_AT_ONCE, states: null });
    if (!items.every(sees)) return false;
    if (items.length < PARTS_AT_ONCE) return true;
  }
}

const PARTS_AT_ONCE = 1_000;

function isList({ companyId }: Pick<ExportTarget, 'companyId'>): boolean {
  return companyId === '*';
}

function isIn({ find }: CompanyDirectory, { companyId }: ExportPart): boolean {
  return find(companyId) !== undefined;
}

function isSameGrant(one: ExportRights['companies'], other: ExportRights['companies']): boolean {
  const toText = (grant: ExportRights['companies']) => {
    if (grant.kind === 'ALL') return grant.kind;
    return JSON.stringify([grant.kind, [...(grant.kind === 'IDS' ? grant.ids : grant.tags)].sort()]);
  };
  return toText(one) === toText(other);
}
