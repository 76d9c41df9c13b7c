/**
 * Keepnet's own file for a part of an export: the variables of the rows' document, told to Keepnet as the search of its export,
 * by the same checks as in the field that shows the rows.
 */
// Before the classes of the schema, which cannot be loaded without it.
import 'reflect-metadata';
import { type DocumentNode, type GraphQLSchema, getVariableValues, Kind } from 'graphql';
import { findCompanyId } from './app-export-users.js';
import { AppError, badInput } from './errors.js';
import type { ExportRequest, ExportTarget } from './exports/job.js';
import type { KeepnetDownload, KeepnetSession } from './keepnet/session.js';
import { parseCompaniesArgs } from './schema/company/company.args.js';
import { parseLeaderboardArgs } from './schema/leaderboard/leaderboard.args.js';
import { parseTimelineArgs } from './schema/leaderboard/timeline.args.js';
import { parseTargetUsersArgs } from './schema/target-user/target-user.args.js';

interface FileParts {
  readonly session: KeepnetSession;
  readonly schema: GraphQLSchema;
  /** Of the table of this kind: it says what the variables are, and what they are where they are not given. */
  readonly document: DocumentNode;
}

/** Null where the table has no rows. Throws AppError only. */
export async function openKeepnetFile(
  { kind, format, variables }: ExportRequest,
  { companyId }: ExportTarget,
  { session, schema, document }: FileParts,
): Promise<KeepnetDownload | null> {
  if (format === 'NDJSON')
    throw new AppError('INTERNAL', 'Keepnet makes no NDJSON; the request should have been refused.');
  const { users, ...others } = variables;
  const args = toArguments(schema, document, { ...others, company: companyId, user: companyId });
  if (kind === 'COMPANIES') {
    return session.exportFile(null, { kind, format, search: parseCompaniesArgs(args).toSearch(ANY_PAGE) });
  }
  const company = await findCompanyId(companyId, session);
  switch (kind) {
    case 'TARGET_USERS':
      return session.exportFile(company, { kind, format, search: parseTargetUsersArgs(args).toSearch(ANY_PAGE) });
    case 'LEADERBOARD':
      return session.exportFile(company, { kind, format, search: parseLeaderboardArgs(args).toSearch(ANY_PAGE) });
    case 'USER_TIMELINE': {
      const { period, filter, direction } = parseTimelineArgs(args);
      const search = { targetUserResourceId: requireOneUser(users), period, filter, direction };
      return session.exportFile(company, { kind, format, search });
    }
  }
}

/** A file has all pages. */
const ANY_PAGE = { pageNumber: 1, pageSize: 1 };

/** The arguments as a resolver would get them: defaults filled in, names of enums turned into what they stand for. */
function toArguments(schema: GraphQLSchema, { definitions }: DocumentNode, variables: Record<string, unknown>) {
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const given = { ...variables, first: 1 };
  const { coerced, errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], given, { maxErrors: 1 });
  if (errors) throw badInput('variables', errors[0]?.message ?? 'cannot be used');
  const { first, ...args } = coerced;
  return args;
}

function requireOneUser(users: unknown): string {
  const [user, ...others] = Array.isArray(users) ? users : [];
  if (typeof user === 'string' && others.length === 0) return user;
  throw badInput('targetUsers', "a file of Keepnet's own holds the timeline of exactly one user");
}
