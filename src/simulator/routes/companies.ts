/** `companies/*`: the list and its export, the account tree, one company, its licence check. */
import type {
  WireCompanyDetails,
  WireCompanyPage,
  WireCompanyRow,
  WireLicenseCheck,
  WireMyCompany,
} from '../../keepnet/wire.js';
import { type Answer, Refusal, toFailure, toPage, toSuccess } from '../answer.js';
import type { Call } from '../call.js';
import { readMonthText, toMonthOf } from '../dates.js';
import { isAllPages, toFile } from '../files.js';
import {
  type Body,
  type Columns,
  findValue,
  type PageRequest,
  readFilter,
  readFilterBody,
  readOrder,
  readPageRequest,
  slicePage,
} from '../filters.js';
import { licensedProducts, type TimeSpan } from '../world/activity.js';
import type { Company } from '../world/companies.js';
import { INDUSTRIES, LICENSE_TYPES } from '../world/names.js';
import { countCreated } from '../world/target-users.js';
import type { World } from '../world/world.js';

export function searchCompanies(call: Call): Answer {
  const found = findCompanies(call);
  const results = slicePage(found.companies, found.page).map((company) => toRow(call, company, found));
  const page: WireCompanyPage = {
    limitExceededCompanyCount: call.client.companies.filter(isOverLimit).length,
    ...toPage(results, found.companies.length, found.page.pageNumber, found.page.pageSize),
  };
  return toSuccess(page);
}

export function exportCompanies(call: Call): Promise<Answer> {
  const found = findCompanies(call);
  const companies = isAllPages(call.body) ? found.companies : slicePage(found.companies, found.page);
  const rows = companies.map((company) => [
    company.name,
    company.resellerName,
    INDUSTRIES[company.industry] ?? '',
    LICENSE_TYPES[company.licenseType] ?? '',
    company.license.isLimited ? company.license.seats : 'Unlimited',
    company.users.active,
    company.users.inactive,
    company.users.deleted,
    call.date(company.license.endMs) ?? '',
    call.date(company.createdMs) ?? '',
  ]);
  return toFile({ name: 'Companies', headings: EXPORT_HEADINGS, rows }, call.body);
}

export function listMyCompanies(call: Call): Answer {
  const toNode = (company: Company): WireMyCompany => ({
    name: company.name,
    resourceId: company.resourceId,
    logoUrl: null,
    privacyDurationId: company.privacyDurationId,
    licenceExpired: company.license.isExpired,
    privacyDurationStartTime: call.date(company.privacyStartMs),
    privacyDurationEndTime: call.date(company.privacyEndMs),
    children: company.children.map(toNode),
  });
  return toSuccess(call.client.companies.filter((company) => company.parent === null).map(toNode));
}

export function getCompany(call: Call): Answer {
  return toSuccess(toDetails(call, onlyCompany(call)));
}

export function checkLicense(call: Call): Answer {
  const company = onlyCompany(call);
  const check: WireLicenseCheck = {
    isLimited: company.license.isLimited,
    licenseLimit: company.license.isLimited ? company.license.seats : null,
    activeUserCount: company.users.active,
    totalUserCount: company.users.total,
    isLicenseExceeded: isOverLimit(company),
  };
  return toSuccess(check);
}

const EXPORT_HEADINGS = [
  'Company Name',
  'Reseller Name',
  'Industry',
  'License Type',
  'License Limit',
  'Target Users',
  'Inactive Users',
  'Deleted Users',
  'Renewal Date',
  'Date Created',
];

const COLUMNS: Columns<Company> = {
  companyname: { kind: 'text', read: (company) => company.name },
  name: { kind: 'text', read: (company) => company.name, isUnsortable: true },
  resellername: { kind: 'text', read: (company) => company.resellerName },
  tags: { kind: 'texts', read: (company) => company.tags },
  industryname: { kind: 'text', read: (company) => INDUSTRIES[company.industry] ?? '' },
  licensetypename: { kind: 'text', read: (company) => LICENSE_TYPES[company.licenseType] ?? '' },
  targetusercount: { kind: 'number', read: (company) => company.users.active },
  numberofusers: { kind: 'number', read: (company) => (company.license.isLimited ? company.license.seats : 0) },
  licenseenddate: { kind: 'date', read: (company) => company.license.endMs },
  createtime: { kind: 'date', read: (company) => company.createdMs },
  licenceexpired: { kind: 'flag', read: (company) => company.license.isExpired, isUnsortable: true },
  /** Chooses the month that is counted; excludes nobody. */
  monthlyactiveuser: { kind: 'none', read: () => '', isUnsortable: true },
};

interface Found {
  readonly companies: readonly Company[];
  readonly page: PageRequest;
  readonly isClustered: boolean;
  readonly month: TimeSpan;
}

function findCompanies(call: Call): Found {
  if (call.client.role !== 'Reseller') throw new Refusal(toFailure(403, 'FORBIDDEN', 'Access denied'));
  const { body, world } = call;
  const page = readPageRequest(body);
  const filter = readFilterBody(body);
  const columns: Columns<Company> = {
    ...COLUMNS,
    industryresourceid: { kind: 'set', read: (company) => industryId(world, company), isUnsortable: true },
    licensetyperesourceid: { kind: 'set', read: (company) => licenseTypeId(world, company), isUnsortable: true },
  };
  const passes = readFilter(filter, columns, call.style);
  const order = readOrder(page, columns);
  const isClustered = body.isclustered === true;
  const companies = call.client.companies
    .filter((company) => !(isClustered && company.parent !== null))
    .filter((company) => body.istargetusercountexceededlimit !== true || isOverLimit(company))
    .filter((company) => passes?.(company) ?? true)
    .sort(order);
  return { companies, page, isClustered, month: readMonth(filter, world) };
}

/** The month of a `MonthlyActiveUser = YYYY-MM` item anywhere in the filter, else the current one. */
function readMonth(filter: Body, world: World): Found['month'] {
  const text = findValue(filter, 'monthlyactiveuser');
  return text === null ? toMonthOf(world.nowMs) : readMonthText(text);
}

function toRow(call: Call, company: Company, found: Found): WireCompanyRow & Record<string, unknown> {
  const { world } = call;
  return {
    companyName: company.name,
    companyResourceId: company.resourceId,
    resellerName: company.resellerName,
    industryName: INDUSTRIES[company.industry] ?? null,
    industryResourceId: industryId(world, company),
    licenseTypeName: LICENSE_TYPES[company.licenseType] ?? null,
    licenseTypeResourceId: licenseTypeId(world, company),
    isNumberOfUsersLimited: company.license.isLimited,
    numberOfUsers: company.license.isLimited ? String(company.license.seats) : null,
    privacyDurationId: company.privacyDurationId,
    licenceExpired: company.license.isExpired,
    licenseEndDate: call.date(company.license.endMs),
    createTime: call.date(company.createdMs, true),
    targetUserCount: company.users.active,
    children: found.isClustered ? company.children.map((child) => toRow(call, child, found)) : null,
    tags: [...company.tags],
    deletedTargetUserCount: company.users.deleted,
    inactiveTargetUserCount: company.users.inactive,
    monthlyActiveUserCount: countCreated(world, company, found.month),
    enrolledVendorNames: '',
    monthlyConsumption: 0,
  };
}

function toDetails(call: Call, company: Company): WireCompanyDetails & Record<string, unknown> {
  const { world } = call;
  return {
    resourceId: company.resourceId,
    name: company.name,
    description: '',
    industryResourceId: industryId(world, company),
    industryName: INDUSTRIES[company.industry] ?? null,
    countryResourceId: world.ids.toId('lookup', 1, company.country.code.charCodeAt(0)),
    countryName: company.country.name,
    countryCode: company.country.code,
    address: `${company.numericId}. Sokak No: 7`,
    websiteUrl: `https://${company.domain}`,
    logoUrl: null,
    ...toLicenseDetails(call, company),
    preferredLanguageTypeResourceId: world.ids.toId('lookup', 21, 0),
    preferredLanguageTypeName: company.language,
    companyGroups: [
      { resourceId: world.ids.toId('lookup', 3, company.industry), name: `${company.country.name} müşterileri` },
    ],
    parentId: company.parent?.numericId ?? null,
    statusId: 1,
    statusName: 'Active',
    targetUserCount: company.users.active,
    timeZoneId: company.timeZoneId,
    dateFormat: company.dateFormat.replace('DD', 'dd').replace('YYYY', 'yyyy'),
    timeFormat: company.timeFormat,
    tags: [...company.tags],
    isVersionVisible: true,
    baseManHour: 0,
  };
}

/** What it has bought. */
function toLicenseDetails({ world, date }: Call, company: Company) {
  return {
    licenseTypeResourceId: licenseTypeId(world, company),
    licenseTypeName: LICENSE_TYPES[company.licenseType] ?? null,
    licensePeriodTypeResourceId: world.ids.toId('lookup', 2, 2),
    licensePeriodTypeName: '2 Years',
    licenseStartDate: date(company.license.startMs),
    licenseEndDate: date(company.license.endMs),
    isNumberOfUsersLimited: company.license.isLimited,
    numberOfUsers: company.license.isLimited ? company.license.seats : null,
    licenseModules: licensedProducts(company).map((product) => world.ids.toId('module', 0, product.phishingTypeId)),
    hasAgenticAILicense: company.licenseType === 2,
  };
}

function onlyCompany(call: Call): Company {
  return call.companies[0] as Company;
}

function isOverLimit(company: Company): boolean {
  return company.license.isLimited && company.users.active > company.license.seats;
}

function industryId(world: World, company: Company): string {
  return world.ids.toId('industry', 0, company.industry);
}

function licenseTypeId(world: World, company: Company): string {
  return world.ids.toId('license', 0, company.licenseType);
}
