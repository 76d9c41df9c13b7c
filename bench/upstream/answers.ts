/**
 * What the stub answers: rows of a fixed world in Keepnet's own shapes, made once per question and then kept as bytes, so that
 * an answer costs the stub next to nothing. Rows are as wide as Keepnet's, because reading them is part of the work measured.
 */
import type {
  WireCompanyPage,
  WireCompanyRow,
  WireCountSummary,
  WireEnvelope,
  WireLeaderboardRow,
  WirePage,
  WireReportRow,
  WireTargetUserRow,
  WireTokenResponse,
} from '../../src/keepnet/wire.js';

export const COMPANY_COUNT = 200;
const USERS_ON_LEADERBOARD = 200;
/** Of all companies together 100,000. */
export const USERS_PER_COMPANY = 500;

export interface Question {
  /** Without `/api/`. */
  readonly path: string;
  /** Null for the list of companies. */
  readonly companyId: string | null;
  readonly pageNumber: number;
  readonly pageSize: number;
}

/** The bytes of the answer; null where the stub knows no such endpoint or company. */
export type Answers = (question: Question) => Buffer | null;

export function createAnswers(): Answers {
  const kept = new Map<string, Buffer>();
  return (question) => {
    const { path, companyId, pageNumber, pageSize } = question;
    const key = `${path} ${companyId} ${pageNumber} ${pageSize}`;
    const known = kept.get(key);
    if (known) return known;
    const data = toData(question);
    if (data === null) return null;
    const answer = toBytes({ data, status: 'SUCCESS', message: null, validationMessages: null });
    kept.set(key, answer);
    return answer;
  };
}

export function toTokenAnswer(): Buffer {
  const claims = { role: 'Reseller', user_company_name: 'Stub Reseller', user_company_resourceid: 'stubReseller' };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token: WireTokenResponse = {
    access_token: `${part({ alg: 'none' })}.${part(claims)}.stub`,
    expires_in: 3600,
    token_type: 'Bearer',
    scope: 'api1',
  };
  return Buffer.from(JSON.stringify(token));
}

const COMPANY_IDS = Array.from({ length: COMPANY_COUNT }, (_, index) => `stubCompany${toDigits(index, 3)}`);
const INDEX_OF_COMPANY = new Map(COMPANY_IDS.map((id, index) => [id, index]));

function toData(question: Question): object | null {
  if (question.path === 'companies/search') return toCompanies(question);
  const company = INDEX_OF_COMPANY.get(question.companyId ?? '');
  if (company === undefined) return null;
  switch (question.path) {
    case 'target-users/count-summary':
      return toCountSummary(company);
    case 'leaderboard/get-all':
      return toPage(question, USERS_ON_LEADERBOARD, (index) => toStanding(company, index));
    case 'executive-report/search':
      return Array.from({ length: 3 }, (_, index) => toReport(company, index));
    case 'target-users/search':
      return toPage(question, USERS_PER_COMPANY, (index) => toTargetUser(company, index));
    default:
      return null;
  }
}

function toCompanies(question: Question): WireCompanyPage {
  return { limitExceededCompanyCount: 0, ...toPage(question, COMPANY_COUNT, toCompany) };
}

function toPage<Row>({ pageNumber, pageSize }: Question, total: number, toRow: (index: number) => Row): WirePage<Row> {
  const from = (pageNumber - 1) * pageSize;
  const length = Math.max(0, Math.min(pageSize, total - from));
  return {
    pageNumber,
    pageSize,
    totalNumberOfPages: Math.ceil(total / pageSize),
    totalNumberOfRecords: total,
    results: Array.from({ length }, (_, place) => toRow(from + place)),
  };
}

function toCompany(index: number): WireCompanyRow {
  return {
    companyName: `Company ${index}`,
    companyResourceId: COMPANY_IDS[index],
    resellerName: 'Stub Reseller',
    industryName: 'Manufacturing',
    industryResourceId: 'industry0001',
    licenseTypeName: 'Enterprise',
    licenseTypeResourceId: 'license00001',
    isNumberOfUsersLimited: true,
    numberOfUsers: '250',
    privacyDurationId: 1,
    licenceExpired: false,
    licenseEndDate: '31/12/2030 00:00',
    createTime: '01/02/2024 09:30:15',
    targetUserCount: 180,
    children: null,
    tags: ['stub', `group ${index % 7}`],
    deletedTargetUserCount: 5,
    inactiveTargetUserCount: 15,
    monthlyActiveUserCount: 3,
  };
}

function toCountSummary(company: number): WireCountSummary {
  return {
    totalNumberOfActiveUsers: 180 + (company % 10),
    totalNumberOfInActiveUsers: 15,
    totalNumberOfDeletedUsers: 5,
    monthlyActiveUsers: Array.from({ length: 9 }, (_, index) => ({
      period: `Month ${index + 1}`,
      periodStart: `01/${toDigits(index + 1, 2)}/2026 00:00`,
      count: 150 + index,
    })),
  };
}

function toStanding(company: number, index: number): WireLeaderboardRow {
  return {
    rank: index + 1,
    ...toPerson(company, index),
    targetUserResourceId: toUserId(company, index),
    points: 5_000 - 20 * index,
    performance: 100 - index / 4,
    totalRowCount: USERS_ON_LEADERBOARD,
  };
}

function toReport(company: number, index: number): WireReportRow {
  return {
    resourceId: `stubReport${toDigits(company, 3)}${index}`,
    companyId: 1_000 + company,
    name: `Board report ${index + 1}`,
    isEditable: true,
    isDeletable: index > 0,
    description: 'Risk and training, month by month',
    isSupportManager: false,
  };
}

function toTargetUser(company: number, index: number): WireTargetUserRow {
  return {
    resourceId: toUserId(company, index),
    ...toPerson(company, index),
    priority: 'Medium',
    status: 'Active',
    customFieldValues: [],
    createTime: '05/03/2024 10:00',
    updateTime: '06/04/2025 11:12:13',
    isEditable: true,
    scimSettingName: null,
    ldapConfigName: null,
    timeZone: 'GMT Standard Time',
    isDeleted: false,
  };
}

function toPerson(company: number, index: number) {
  return {
    firstName: `First${index}`,
    lastName: `Last${index}`,
    email: `user${index}@company${company}.example`,
    department: 'Operations',
    preferredLanguage: 'English',
    phoneNumber: '+10000000000',
  };
}

function toUserId(company: number, index: number): string {
  return `stubUser${toDigits(company, 3)}${toDigits(index, 4)}`;
}

function toDigits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function toBytes(envelope: WireEnvelope<object>): Buffer {
  return Buffer.from(JSON.stringify(envelope));
}
