/**
 * Who sees what, cell by cell: every field that leads to a company, for every key and every company. A field that is added to
 * the schema and has no row here fails the first test. Where a caller is denied nothing is asked of Keepnet, and what he is told
 * of another's company is what he is told of one that is not there.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { CompanyGrant } from '../../src/access/caller.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { HEALTH_BY_POSITION } from '../../src/simulator/world/health.js';
import { type GraphAnswer, type House, openHouse } from '../support/house.js';
import { openIssuer, type TestIssuer } from '../support/issuer.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';
import { until } from '../support/until.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

/** A field of a company, as it is selected. `USER`, `REPORT` and `WIDGET` stand for ids of company A. */
const COMPANY_FIELDS: Readonly<Record<string, string>> = {
  access: 'access { state until }',
  children: 'children { id name }',
  countSummary: 'countSummary { active }',
  createdAt: 'createdAt',
  details: 'details { address groups { name } }',
  executiveMetrics: 'executiveMetrics { name }',
  executiveReport: 'executiveReport(id: "REPORT") { id company { id } widgets { points { label } } }',
  executiveReports: 'executiveReports { id company { name } }',
  id: 'id',
  industry: 'industry { name }',
  leaderboard: 'leaderboard(first: 5) { totalCount nodes { targetUserId targetUser { company { id } } } }',
  leaderboardOptions: 'leaderboardOptions { products { value } }',
  license: 'license { seats }',
  licenseCheck: 'licenseCheck { totalUsers }',
  name: 'name',
  parent: 'parent { id name }',
  resellerName: 'resellerName',
  resourceId: 'resourceId',
  tags: 'tags',
  targetUser: 'targetUser(id: "USER") { id company { id } }',
  targetUsers: 'targetUsers(first: 5) { totalCount nodes { id company { name } } }',
  topPerformers: 'topPerformers { targetUserId }',
  userTotals: 'userTotals { active }',
  widgets: 'widgets(ids: ["WIDGET"]) { points { label } table { rows } raw }',
};

/** Whole documents over one company, by field and by type of node. `COMPANY` stands for its id. */
const QUERIES: Readonly<Record<string, string>> = {
  company: '{ company(id: "COMPANY") { id name } }',
  node: '{ node(id: "Company:COMPANY") { id } }',
  nodes: '{ nodes(ids: ["Company:COMPANY"]) { id } }',
};
const NODES: Readonly<Record<string, string>> = {
  Company: '{ node(id: "Company:COMPANY") { id ... on Company { name } } }',
  TargetUser: '{ node(id: "TargetUser:COMPANY:USER") { id ... on TargetUser { displayName company { name } } } }',
  ExecutiveReport: '{ node(id: "ExecutiveReport:COMPANY:REPORT") { id ... on ExecutiveReport { name } } }',
};
const JOB = '{ job { id state parts { nodes { companyName } } } }';
const MUTATIONS: Readonly<Record<string, string>> = {
  exportLeaderboard: `mutation { exportLeaderboard(input: { companies: { ids: ["COMPANY"] }, format: CSV }) ${JOB} }`,
  exportTargetUsers: `mutation { exportTargetUsers(input: { companies: { ids: ["COMPANY"] }, format: CSV }) ${JOB} }`,
  exportUserTimeline: `mutation { exportUserTimeline(input: { company: "COMPANY", targetUsers: ["USER"], format: CSV }) ${JOB} }`,
};

/** By job; `JOB` stands for its id. */
const JOB_FIELDS: Readonly<Record<string, string>> = {
  exportJob: '{ exportJob(id: "JOB") { id parts { nodes { companyName } } } }',
  ExportJob: '{ node(id: "ExportJob:JOB") { id ... on ExportJob { coverage { companiesInScope } files { url } } } }',
  retryExport: `mutation { retryExport(id: "JOB") ${JOB} }`,
  cancelExport: `mutation { cancelExport(id: "JOB") ${JOB} }`,
};

/** Fields that take no id: what each shows is told by a test of its own below. */
const LISTS = ['companies', 'exportCompanies', 'exportJobs', 'portfolio', 'viewer'];

const UNKNOWN = 'aaaaAAAA0000';
const MALFORMED = 'no id';

const at = (health: (typeof HEALTH_BY_POSITION)[number]) => HEALTH_BY_POSITION.indexOf(health);

interface Customer {
  readonly resourceId: string;
  readonly name: string;
  readonly userTotals: { readonly active: number };
}

let house: House;
let schema: GraphQLSchema;
let dataDirectory = '';
/** By caller; `no key` has none. */
const keys: Record<string, MadeKey> = {};
/** A is a reseller, and B one of its customers: each would see the other if the tree were believed. */
let companyA = '';
let companyB = '';
let everybody: readonly Customer[] = [];
let stand: (text: string) => string;

beforeAll(async () => {
  schema = await buildGraphSchema();
  dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-tenants-'));
  keys.admin = await makeAdminKey('admin', { kind: 'ALL' });
  house = await openHouse({ env: { DATA_DIR: dataDirectory, ACCESS: 'keys', CACHE_TTL_SECONDS: '3600' } });
  const { simulatorUrl } = house;
  const ids = await fetchCompanyIds(simulatorUrl, await fetchToken(simulatorUrl));
  companyA = ids[at('subReseller')] ?? '';
  companyB = ids[at('subResellerCustomer')] ?? '';
  keys['key of nobody'] = await makeAdminKey('nobody', { kind: 'TAGS', tags: ['a tag that nobody has'] });
  keys['key A'] = await makeAdminKey('A', { kind: 'IDS', ids: [companyA] });
  keys['key B'] = await makeAdminKey('B', { kind: 'IDS', ids: [companyB] });
  const { body } = await ask(
    'admin',
    `{ companies(first: 100) { nodes { resourceId name userTotals { active } } }
       company(id: "${companyA}") {
         targetUsers(first: 1) { nodes { resourceId } }
         executiveReports { resourceId }
         executiveMetrics { widgets { resourceId } } } }`,
  );
  const { companies, company } = body.data;
  everybody = companies.nodes;
  const user = company.targetUsers.nodes[0].resourceId;
  const report = company.executiveReports[0].resourceId;
  const widget = company.executiveMetrics[0].widgets[0].resourceId;
  stand = (text) => text.replaceAll('USER', user).replaceAll('REPORT', report).replaceAll('WIDGET', widget);
});

beforeEach(() => house.simulator.clearJournal());
afterAll(async () => {
  await house.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

function ask(who: string, document: string): Promise<GraphAnswer<Loose>> {
  return house.ask<Loose>(document, undefined, keys[who]?.headers);
}

/** Administers, and sees these companies alone. */
function makeAdminKey(name: string, companies: CompanyGrant): Promise<MadeKey> {
  return makeKey(dataDirectory, { name, companies, abilities: ['admin'] });
}

const companies = () => ({ A: companyA, B: companyB, unknown: UNKNOWN, malformed: MALFORMED });

const OWN: Readonly<Record<string, readonly string[]>> = {
  'no key': [],
  'key of nobody': [],
  'key A': ['A'],
  'key B': ['B'],
  admin: ['A', 'B'],
};
const WITH_KEY = Object.keys(OWN).filter((who) => who !== 'no key');

function toExpected(): Record<string, string> {
  const cells = Object.entries(OWN).flatMap(([who, own]) =>
    ['A', 'B', 'unknown', 'malformed'].map((whose): [string, string] => {
      if (who === 'no key') return [`${who} x ${whose}`, 'UNAUTHENTICATED, 0 calls'];
      if (whose === 'malformed') return [`${who} x malformed`, 'BAD_USER_INPUT, 0 calls'];
      return [`${who} x ${whose}`, own.includes(whose) ? 'answered' : 'COMPANY_NOT_FOUND, 0 calls'];
    }),
  );
  return Object.fromEntries(cells);
}

interface Answer {
  readonly text: string;
  readonly cell: string;
}

/** Throws where an answer tells of a company that is not the caller's, or a call went to one. */
async function askAs(who: string, whose: string, companyId: string, document: string): Promise<Answer> {
  await house.simulator.clearJournal();
  const { body, text } = await ask(who, stand(document).replaceAll('COMPANY', companyId));
  await untilExported(who, body.data);
  const code = body.errors?.[0]?.extensions?.code;
  const asked = await house.asked();
  const own = (OWN[who] ?? []).map((name) => companies()[name as 'A' | 'B']);
  if (who !== 'admin') {
    // Who sold to a company is told by its own row, also where the seller is a company of somebody else.
    const seller = body.data?.company?.resellerName;
    const strangers = everybody.filter(
      ({ resourceId, name }) => ![...own, companyId].includes(resourceId) && name !== seller,
    );
    const told = strangers.filter(({ resourceId, name }) => text.includes(resourceId) || text.includes(`"${name}"`));
    expect({ who, whose, told }).toEqual({ who, whose, told: [] });
  }
  const scopes = asked.map((call) => call.companyId).filter((id) => id !== null);
  expect(scopes.filter((id) => id !== companyId)).toEqual([]);
  return { text, cell: code === undefined ? 'answered' : `${code}, ${asked.length} calls` };
}

/** The calls of an export are its own, not those of the next cell. */
async function untilExported(who: string, data: Loose): Promise<void> {
  const [payload] = Object.values<Loose>(data ?? {});
  const id = payload?.job?.id;
  for (let looks = 0; id !== undefined && looks < 200; looks += 1) {
    const { body } = await ask(who, `{ exportJob(id: "${id}") { pollAfterMs } }`);
    if (body.data?.exportJob.pollAfterMs === null) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function expectMatrix(document: string): Promise<void> {
  const cells: Record<string, string> = {};
  for (const who of Object.keys(OWN)) {
    const texts: Record<string, string> = {};
    for (const [whose, companyId] of Object.entries(companies())) {
      const { text, cell } = await askAs(who, whose, companyId, document);
      cells[`${who} x ${whose}`] = cell;
      texts[whose] = text.replaceAll(companyId, '<id>').replace(/"requestId":"[^"]+"/, '');
    }
    // Somebody else's and nobody's cannot be told apart.
    for (const whose of ['A', 'B']) {
      if (!(OWN[who] ?? []).includes(whose)) expect(texts[whose]).toBe(texts.unknown);
    }
  }
  expect(cells).toEqual(toExpected());
}

function fieldsOf(name: string): string[] {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()).sort() : [];
}

describe('the matrix', () => {
  it('has a row for every field of the roots and of a company, and for every type of node', () => {
    const node = schema.getType('Node');
    const types = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : [];
    const jobs = Object.keys(JOB_FIELDS);
    const rows = (...tables: readonly object[]) => tables.flatMap((table) => Object.keys(table));
    const roots = [...fieldsOf('Query'), ...fieldsOf('Mutation')];
    expect(fieldsOf('Company')).toEqual(rows(COMPANY_FIELDS).sort());
    expect(types.sort()).toEqual([...rows(NODES), 'ExportJob'].sort());
    expect(roots.sort()).toEqual(
      [...rows(QUERIES, MUTATIONS), ...jobs, ...LISTS].filter((row) => row !== 'ExportJob').sort(),
    );
  });
});

describe('a company, by', () => {
  it.each(Object.entries({ ...QUERIES, ...NODES }))('%s', (_name, document) => expectMatrix(document));

  it.each(Object.entries(COMPANY_FIELDS))('its field %s', (_name, field) =>
    expectMatrix(`{ company(id: "COMPANY") { ${field} } }`),
  );

  it.each(Object.entries(MUTATIONS))('the export %s', (_name, document) => expectMatrix(document), 60_000);
});

describe('an export job', () => {
  const jobOf: Record<string, string> = {};

  beforeAll(async () => {
    for (const [who, companyId] of Object.entries({ 'key A': companyA, 'key B': companyB, admin: companyA })) {
      const { body } = await ask(who, stand(MUTATIONS.exportTargetUsers ?? '').replaceAll('COMPANY', companyId));
      await untilExported(who, body.data);
      jobOf[who] = body.data.exportTargetUsers.job.id.split(':')[1];
    }
  });

  it.each(Object.entries(JOB_FIELDS))("is nobody else's, by %s", async (_name, document) => {
    const told = new Set<string>();
    for (const who of WITH_KEY) {
      for (const [owner, jobId] of Object.entries({ ...jobOf, unknown: 'x'.repeat(22) })) {
        if (owner === who) continue;
        const { body } = await ask(who, document.replaceAll('JOB', jobId));
        told.add(
          JSON.stringify([body.errors?.map(({ message, extensions }) => [message, extensions?.code]), body.data]),
        );
      }
    }
    expect([...told]).toEqual([expect.stringContaining('EXPORT_NOT_FOUND')]);
    expect(await house.asked()).toEqual([]);
  });

  it.each(Object.entries(JOB_FIELDS))("is its owner's, by %s", async (name, document) => {
    const { body } = await ask('key A', document.replaceAll('JOB', jobOf['key A'] ?? ''));
    // It succeeded, so that there is nothing to retry.
    expect(body.errors?.map(({ extensions }) => extensions?.code)).toEqual(
      name === 'retryExport' ? ['BAD_USER_INPUT'] : undefined,
    );
  });

  it('is in the list of its owner alone', async () => {
    const listed: Record<string, unknown> = {};
    for (const who of WITH_KEY) {
      const { body } = await ask(
        who,
        '{ exportJobs(first: 100) { totalCount nodes { parts { nodes { companyId } } } } }',
      );
      const { totalCount, nodes } = body.data.exportJobs;
      const ids = nodes.flatMap((job: Loose) => job.parts.nodes.map((part: Loose) => part.companyId));
      listed[who] = { isEmpty: totalCount === 0, companies: [...new Set(ids)].sort() };
    }
    expect(listed).toEqual({
      'key of nobody': { isEmpty: true, companies: [] },
      'key A': { isEmpty: false, companies: [`Company:${companyA}`] },
      'key B': { isEmpty: false, companies: [`Company:${companyB}`] },
      admin: { isEmpty: false, companies: [`Company:${companyA}`, `Company:${companyB}`].sort() },
    });
  });
});

describe('without a key', () => {
  const documents = [
    ...Object.values(JOB_FIELDS),
    '{ companies { totalCount } }',
    '{ exportJobs { totalCount } }',
    '{ viewer { __typename } }',
    'mutation { exportCompanies(input: { format: CSV }) { job { id } } }',
    '{ __schema { types { name } } }',
  ];

  it.each(documents)('%s is refused', async (document) => {
    const { status, body } = await ask('no key', document.replaceAll('JOB', 'x'.repeat(22)));
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions?.code)]).toEqual([
      401,
      undefined,
      ['UNAUTHENTICATED'],
    ]);
    expect(await house.asked()).toEqual([]);
  });
});

describe('a field that takes no id', () => {
  it('companies lists those of the caller', async () => {
    const listed: Record<string, unknown> = {};
    for (const who of WITH_KEY) {
      const { body } = await ask(who, '{ companies(first: 100) { totalCount nodes { resourceId } } }');
      const { totalCount, nodes } = body.data.companies;
      listed[who] = [totalCount, nodes.map((node: Loose) => node.resourceId)];
    }
    expect(listed).toEqual({
      'key of nobody': [0, []],
      'key A': [1, [companyA]],
      'key B': [1, [companyB]],
      admin: [25, everybody.map(({ resourceId }) => resourceId)],
    });
  });

  it('exportCompanies writes those of the caller', async () => {
    const written: Record<string, unknown> = {};
    for (const who of WITH_KEY) {
      const { body } = await ask(who, `mutation { exportCompanies(input: { format: NDJSON }) { job { id } } }`);
      await untilExported(who, body.data);
      const id = body.data.exportCompanies.job.id;
      const job = await ask(who, `{ exportJob(id: "${id}") { files { url } } }`);
      const text = await (await fetch(job.body.data.exportJob.files[0].url)).text();
      const rows = text.split('\n').filter((line) => line !== '');
      written[who] = rows.map((row) => JSON.parse(row).company_id);
    }
    expect(written).toEqual({
      'key of nobody': [],
      'key A': [companyA],
      'key B': [companyB],
      admin: everybody.map(({ resourceId }) => resourceId),
    });
  });

  it.each(['', '(filter: { activeUsersMin: 0 })'])('portfolio%s speaks of those of the caller', async (filter) => {
    const summed: Record<string, unknown> = {};
    const active = everybody.map(({ userTotals }) => userTotals.active);
    const activeOf = (companyId: string) => everybody.find((each) => each.resourceId === companyId)?.userTotals.active;
    for (const who of WITH_KEY) {
      await house.simulator.clearJournal();
      const { body, text } = await ask(
        who,
        `{ portfolio${filter} { companyCount userTotals { active } byIndustry { companyCount }
             countSummary { coverage { companiesInScope gaps(first: 100) { companyId } } }
             topPerformers(first: 100) { performers { company { resourceId name } } coverage { companiesInScope } }
             executiveMetric(name: "SimulationCoverageWidget") {
               points { nodes { company { resourceId name } } } coverage { companiesInScope } } } }`,
      );
      const { companyCount, userTotals, byIndustry, countSummary, topPerformers, executiveMetric } =
        body.data.portfolio;
      const inSlices = byIndustry.reduce((sum: number, slice: Loose) => sum + slice.companyCount, 0);
      const inScope = [countSummary, topPerformers, executiveMetric].map(({ coverage }) => coverage.companiesInScope);
      expect([inSlices, ...inScope]).toEqual(Array(4).fill(companyCount));
      summed[who] = [companyCount, userTotals.active];
      if (who === 'admin') continue;
      const own = OWN[who]?.map((whose) => companies()[whose as 'A' | 'B']) ?? [];
      const strangers = everybody.filter(({ resourceId }) => !own.includes(resourceId));
      const told = strangers.filter(({ resourceId, name }) => text.includes(resourceId) || text.includes(`"${name}"`));
      const scopes = (await house.asked()).flatMap(({ companyId }) => companyId ?? []);
      expect({ told, foreign: scopes.filter((id) => !own.includes(id)) }).toEqual({ told: [], foreign: [] });
    }
    expect(summed).toEqual({
      'key of nobody': [0, 0],
      'key A': [1, activeOf(companyA)],
      'key B': [1, activeOf(companyB)],
      admin: [25, active.reduce((sum, each) => sum + each, 0)],
    });
  });

  it('viewer tells of no customer', async () => {
    for (const who of WITH_KEY) {
      const { body, text } = await ask(who, '{ viewer { __typename } }');
      expect(body.errors).toBeUndefined();
      expect(everybody.filter(({ resourceId }) => text.includes(resourceId))).toEqual([]);
    }
  });
});

describe('rights that a caller lost', () => {
  let issuer: TestIssuer;
  let changing: House;
  let token: string;

  beforeAll(async () => {
    issuer = await openIssuer();
    const { jwksUrl, issuer: name, audience } = issuer.settings;
    changing = await openHouse({
      env: { ACCESS: 'jwt', JWT_JWKS_URL: jwksUrl, JWT_ISSUER: name, JWT_AUDIENCE: audience },
    });
  });
  afterAll(async () => {
    await changing.close();
    await issuer.close();
  });

  /** His next token grants this. */
  async function grant(claims: { companies: string[]; mask_personal_data?: boolean }): Promise<void> {
    token = await issuer.sign({ abilities: ['read', 'export'], ...claims });
  }

  async function askNow(document: string) {
    return (await changing.ask<Loose>(document, {}, { authorization: `Bearer ${token}` })).body;
  }

  async function untilSucceeded(id: string): Promise<void> {
    const isDone = async () =>
      (await askNow(`{ exportJob(id: "${id}") { state } }`)).data?.exportJob.state === 'SUCCEEDED';
    await until(isDone, 'the export succeeds');
  }

  it('keep the files of his exports from him, and their retry, until he has them again', async () => {
    const both = { companies: [companyA, companyB] };
    await grant(both);
    const started = await askNow(
      `mutation { exportTargetUsers(input: { companies: { all: true }, format: CSV }) { job { id parts { totalCount } } } }`,
    );
    const { id, parts } = started.data.exportTargetUsers.job;
    expect(parts.totalCount).toBe(2);
    await untilSucceeded(id);
    const files = `{ exportJob(id: "${id}") { state files { name } } }`;
    expect(await askNow(files)).toMatchObject({ data: { exportJob: { state: 'SUCCEEDED', files: [{}] } } });
    for (const companies of [[companyA], ['tag:a tag that nobody has'], []]) {
      await grant({ companies });
      expect(await askNow(files)).toEqual({ data: { exportJob: { state: 'SUCCEEDED', files: [] } } });
      expect(await askNow(`mutation { retryExport(id: "${id}") { job { id } } }`)).toMatchObject({
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
    await grant({ ...both, mask_personal_data: true });
    expect(await askNow(files)).toEqual({ data: { exportJob: { state: 'SUCCEEDED', files: [] } } });
    await grant(both);
    expect(await askNow(files)).toMatchObject({ data: { exportJob: { files: [{}] } } });
  });

  it.each(['CSV', 'XLSX', 'PDF'])("refuse Keepnet's own list as %s, which holds all companies", async (format) => {
    await grant({ companies: [companyA] });
    const body = await askNow(
      `mutation { exportCompanies(input: { format: ${format}, source: KEEPNET_FILE }) { job { id } } }`,
    );
    expect(body.errors?.map(({ extensions }) => [extensions?.code, extensions?.argument])).toEqual([
      ['FORBIDDEN', 'source'],
    ]);
    expect((await changing.asked()).filter(({ companyId, path }) => companyId === null && /export/.test(path))).toEqual(
      [],
    );
  });
});
