/** The users whose timelines an export is made of: found with as few calls as can be, and never asked for twice. */
import { LRUCache } from 'lru-cache';
import { AppError, badInput } from './errors.js';
import type { CompanyId, TargetUserBriefRow } from './keepnet/rows.js';
import type { KeepnetSession } from './keepnet/session.js';

/** What one `by-resource-ids` call certainly takes. */
const IDS_PER_CALL = 100;

/**
 * The same ids, once the company is known to have all of them: 1 Keepnet call per 100. `userIds` are raw.
 * @throws AppError BAD_USER_INPUT that names a user who is not there, or is deleted
 */
export async function* findUsers(
  userIds: readonly string[],
  companyId: string,
  session: KeepnetSession,
): AsyncGenerator<string, void, undefined> {
  const company = await findCompanyId(companyId, session);
  for (let start = 0; start < userIds.length; start += IDS_PER_CALL) {
    const asked = userIds.slice(start, start + IDS_PER_CALL);
    const found = new Set((await session.targetUsersByIds(company, asked)).map((user) => user.resourceId));
    const missing = asked.find((userId) => !found.has(userId));
    if (missing !== undefined) throw badInput('targetUsers', `the company has no user ${missing}, or has deleted it`);
    yield* asked;
  }
}

/** @throws AppError COMPANY_NOT_FOUND */
export async function findCompanyId(companyId: string, session: KeepnetSession): Promise<CompanyId> {
  const row = (await session.directory()).find(companyId);
  if (row !== undefined) return row.companyId;
  throw new AppError('COMPANY_NOT_FOUND', 'The company is no longer among the companies that you may see.', {
    companyId,
  });
}

/** Ten pages of users: those whose timelines are being read are among the last of them. */
const MAX_REMEMBERED = 1_000;

/** A session of one company in which a user that any answer has told of need not be asked for by id again. */
export function rememberUsers(session: KeepnetSession): KeepnetSession {
  const known = new LRUCache<string, TargetUserBriefRow>({ max: MAX_REMEMBERED });
  const remember = (users: readonly TargetUserBriefRow[]) => {
    for (const user of users) known.set(user.resourceId, user);
  };
  return {
    ...session,
    async searchTargetUsers(companyId, search) {
      const page = await session.searchTargetUsers(companyId, search);
      remember(page.rows);
      return page;
    },
    async targetUsersByIds(companyId, resourceIds) {
      const unknown = resourceIds.filter((id) => !known.has(id));
      remember(await session.targetUsersByIds(companyId, unknown));
      return resourceIds.flatMap((id) => known.get(id) ?? []);
    },
  };
}
