/**
 * What each mutation asks for, checked: which companies, which file, which users. Everything that can be wrong without asking
 * Keepnet is found here, by the same checks as in the field that shows the rows.
 */
import { badInput } from '../../errors.js';
import type { ExportKind, ExportLayout, ExportRequest } from '../../exports/job.js';
import { parseCompaniesArgs } from '../company/company.args.js';
import { parseCompanyId, parseScopedId } from '../ids.js';
import { parseLeaderboardArgs } from '../leaderboard/leaderboard.args.js';
import { parseTimelineArgs } from '../leaderboard/timeline.args.js';
import { parseTargetUsersArgs } from '../target-user/target-user.args.js';
import { type CompanySelection, parseCompanySelector } from './company-selector.input.js';
import type {
  ExportCompaniesFileInput,
  ExportCompaniesInput,
  ExportFileInput,
  ExportLeaderboardInput,
  ExportTargetUsersInput,
  ExportUserTimelineInput,
} from './export.input.js';
import { type AskedFile, decideSource } from './request-policy.js';

export interface ExportQuestion {
  /** `list`: the list of companies itself, which is one piece of work. */
  readonly companies: CompanySelection | { readonly by: 'list' };
  readonly file: Omit<ExportRequest, 'variables' | 'rights'>;
  /** Raw ids of the users, each once; null where they are not named. */
  readonly users: readonly string[] | null;
  readonly idempotencyKey: string | null;
}

/** Each throws BAD_USER_INPUT that names the property of the input. */
export function parseExportLeaderboard({ input }: { readonly input: ExportLeaderboardInput }): ExportQuestion {
  const { period, filter, orderBy } = input;
  parseLeaderboardArgs({ period, filter, orderBy });
  return toQuestionOfCompanies('LEADERBOARD', input);
}

export function parseExportTargetUsers({ input }: { readonly input: ExportTargetUsersInput }): ExportQuestion {
  const { filter, orderBy } = input;
  parseTargetUsersArgs({ filter, orderBy });
  return toQuestionOfCompanies('TARGET_USERS', input);
}

export function parseExportUserTimeline({ input }: { readonly input: ExportUserTimelineInput }): ExportQuestion {
  const { period, filter, direction } = input;
  parseTimelineArgs({ period, filter, direction });
  const companyId = parseCompanyId(input.company, 'company');
  const users = parseUsers(input.targetUsers, companyId);
  const keepnetFileHolds = users?.length === 1 ? 'WHOLE' : 'USER';
  return {
    companies: { by: 'ids', ids: [companyId], argument: 'company' },
    file: parseFile(input, { kind: 'USER_TIMELINE', layout: 'COMBINED', keepnetFileHolds }),
    users,
    idempotencyKey: parseIdempotencyKey(input.idempotencyKey),
  };
}

export function parseExportCompanies({ input }: { readonly input: ExportCompaniesInput }): ExportQuestion {
  const { filter, orderBy } = input;
  parseCompaniesArgs({ filter, orderBy });
  return {
    companies: { by: 'list' },
    file: parseFile(input, { kind: 'COMPANIES', layout: 'COMBINED', keepnetFileHolds: 'WHOLE' }),
    users: null,
    idempotencyKey: parseIdempotencyKey(input.idempotencyKey),
  };
}

function toQuestionOfCompanies(kind: ExportKind, input: ExportCompaniesFileInput): ExportQuestion {
  const companies = parseCompanySelector(input.companies);
  const isOne = companies.by === 'ids' && companies.ids.length === 1;
  const { layout } = input;
  return {
    companies,
    file: parseFile(input, { kind, layout, keepnetFileHolds: isOne ? 'WHOLE' : 'COMPANY' }),
    users: null,
    idempotencyKey: parseIdempotencyKey(input.idempotencyKey),
  };
}

interface FileScope extends Pick<AskedFile, 'keepnetFileHolds'> {
  readonly kind: ExportKind;
  readonly layout: ExportLayout;
}

function parseFile(input: ExportFileInput, { kind, layout, keepnetFileHolds }: FileScope): ExportQuestion['file'] {
  const { format, bom, source } = input;
  return { kind, format, layout, bom, source: decideSource({ format, layout, source, bom, keepnetFileHolds }) };
}

const MAX_USERS = 1_000;

function parseUsers(given: readonly string[] | null | undefined, companyId: string): readonly string[] | null {
  if (!given) return null;
  if (given.length < 1 || given.length > MAX_USERS) {
    throw badInput('targetUsers', `expected 1 to ${MAX_USERS} ids, got: ${given.length}`);
  }
  return [...new Set(given.map((id) => parseUser(id, companyId)))];
}

function parseUser(id: string, companyId: string): string {
  const user = parseScopedId('TargetUser', id, 'targetUsers');
  if (user.companyId !== null && user.companyId !== companyId) {
    throw badInput('targetUsers', `expected users of ${companyId}, got one of ${user.companyId}`);
  }
  return user.resourceId;
}

/** A key that could be guessed, or that a proxy could change, would be none. */
function parseIdempotencyKey(key: string | null | undefined): string | null {
  if (key === undefined || key === null) return null;
  if (!/^[\x21-\x7e]{8,200}$/.test(key)) {
    throw badInput('idempotencyKey', `expected 8 to 200 visible ASCII characters, got: ${key.length} characters`);
  }
  return key;
}
