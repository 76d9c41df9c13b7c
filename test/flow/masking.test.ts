/**
 * A caller for whom personal data is masked: nothing of anybody stands in an answer, a file or the log, over every field of the
 * schema; the same person is the same mark everywhere; and no filter or order tells what is not shown.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { buildGraphSchema } from '../../src/schema/build.js';
import { type House, openHouse } from '../support/house.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { createWholeQueries, listQueryFields } from '../support/whole-query.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

/** Every field of the schema is asked: more than a caller may in a minute. */
const OF_KEYS = { ACCESS: 'keys', RATE_LIMIT_CALLS_PER_MINUTE: '0' };
const EMAIL = /^user-[0-9a-f]{16}@masked\.invalid$/;
const NAME = /^User [0-9a-f]{16}$/;

interface Person {
  readonly resourceId: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly displayName: string;
  readonly phoneNumber: string | null;
  readonly department: string;
  readonly customFields: readonly { readonly name: string; readonly value: string | null }[];
}

const PEOPLE = `nodes { resourceId email firstName lastName displayName phoneNumber department customFields { name value } }`;

let house: House;
let schema: GraphQLSchema;
let dataDirectory: string;
let masked: MadeKey;
let admin: MadeKey;
let company: string;
/** As Keepnet tells of them. */
let people: readonly Person[];
let given: Readonly<Record<string, string>>;

beforeAll(async () => {
  schema = await buildGraphSchema();
  dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-masking-'));
  masked = await makeKey(dataDirectory, { masksPersonalData: true });
  admin = await makeKey(dataDirectory, { abilities: ['admin'] });
  house = await open();
  const found = await askAs<Loose>(admin, '{ companies(first: 1) { nodes { resourceId } } }');
  company = found.companies.nodes[0].resourceId;
  const { company: own } = await askAs<Loose>(
    admin,
    `{ company(id: "${company}") {
         targetUsers(first: 100, filter: { statuses: [ACTIVE, INACTIVE, DELETED] }) { ${PEOPLE} }
         executiveReports { resourceId }
         executiveMetrics { widgets { resourceId } } } }`,
  );
  people = own.targetUsers.nodes;
  const widgets = own.executiveMetrics.flatMap((group: Loose) => group.widgets.map((each: Loose) => each.resourceId));
  given = {
    'Query.node': `(id: "TargetUser:${company}:${people[0]?.resourceId}")`,
    'Query.nodes': `(ids: ["TargetUser:${company}:${people[0]?.resourceId}"])`,
    Node: 'TargetUser',
    'Query.company': `(id: "${company}")`,
    'Query.companies': '(first: 2)',
    'Company.targetUsers': '(first: 20, filter: { statuses: [ACTIVE, INACTIVE, DELETED] })',
    'Company.leaderboard': '(first: 10, period: { preset: LAST_YEAR })',
    'Company.targetUser': `(id: "${people[0]?.resourceId}")`,
    'Portfolio.executiveMetric': '(name: "Highest Risk Users", period: { preset: LAST_YEAR })',
    'Company.executiveReport': `(id: "${own.executiveReports[0].resourceId}")`,
    'Company.widgets': `(ids: ${JSON.stringify([...new Set(widgets)].slice(0, 50))}, period: { preset: LAST_YEAR })`,
  };
});

afterAll(async () => {
  await house.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

function open(): Promise<House> {
  return openHouse({ env: { DATA_DIR: dataDirectory, ...OF_KEYS } });
}

async function askAs<Data>(who: MadeKey, document: string, from: House = house): Promise<Data> {
  const { body } = await from.ask<Loose>(document, {}, who.headers);
  expect({ document, errors: body.errors }).toEqual({ document, errors: undefined });
  return body.data;
}

/** Every text in an answer. */
function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* leavesOf(each);
}

/** What of people is in a text, and which values of it are a name of theirs. */
function findPersonal(text: string, leaves: Iterable<string> = []): string[] {
  const lower = text.toLowerCase();
  const whole = people.flatMap(({ email, displayName, phoneNumber }) => [email, displayName, phoneNumber]);
  const names = new Set(people.flatMap(({ firstName, lastName }) => [firstName, lastName]));
  return [
    ...whole.filter((each) => each && lower.includes(each.toLowerCase())).map(String),
    ...[...leaves].filter((leaf) => names.has(leaf)),
  ];
}

/** Mutation that starts an export of everything, the rows of its file as text. */
async function exportAs(who: MadeKey, field: string, input: string): Promise<string> {
  const data = await askAs<Loose>(who, `mutation { ${field}(input: { ${input} }) { job { id } } }`);
  const { id } = data[field].job;
  for (let looks = 0; looks < 500; looks += 1) {
    const { exportJob } = await askAs<Loose>(who, `{ exportJob(id: "${id}") { state pollAfterMs files { url } } }`);
    if (exportJob.pollAfterMs === null) {
      expect(exportJob.state).toBe('SUCCEEDED');
      return (await fetch(exportJob.files[0].url)).text();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the export did not end');
}

const EXPORTS: readonly [string, (format: string) => string][] = [
  ['exportTargetUsers', (format) => `companies: { ids: ["${company}"] }, format: ${format}`],
  [
    'exportLeaderboard',
    (format) => `companies: { ids: ["${company}"] }, format: ${format}, period: { preset: LAST_YEAR }`,
  ],
  ['exportUserTimeline', (format) => `company: "${company}", format: ${format}, period: { preset: LAST_YEAR }`],
  ['exportCompanies', (format) => `format: ${format}`],
];

function fieldsOf(typeName: string): string[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}

/** How deep a root field is asked: to everything that only it leads to. */
function toDepth(root: string): number {
  if (root.startsWith('export')) return 6;
  return root.startsWith('node') ? 2 : 3;
}

describe('nothing of anybody', () => {
  it('is in a file that was built for him, of any kind', async () => {
    for (const [field, toInput] of EXPORTS) {
      for (const format of ['NDJSON', 'CSV']) {
        const text = await exportAs(masked, field, toInput(format));
        expect([field, format, findPersonal(text, text.split(/[,"\r\n]+/))]).toEqual([field, format, []]);
      }
    }
    // The search would have found it.
    expect(
      findPersonal(await exportAs(admin, 'exportTargetUsers', EXPORTS[0]?.[1]('CSV') ?? '')).length,
    ).toBeGreaterThan(40);
  }, 60_000);

  it('is in an answer, whatever field of the schema is asked', async () => {
    const { exportJobs } = await askAs<Loose>(masked, '{ exportJobs(first: 1) { nodes { id } } }');
    const whole = createWholeQueries(schema, { ...given, 'Query.exportJob': `(id: "${exportJobs.nodes[0].id}")` });
    // Field by field: all in one document would be more than a document may ask.
    const selectEach = (typeName: string, depth: number) =>
      fieldsOf(typeName)
        .map((name) => whole.select(typeName, name, depth))
        .filter((selection) => selection !== '');
    const roots = fieldsOf('Query').filter((name) => name !== 'company' && name !== 'portfolio');
    const documents = [
      ...selectEach('Company', 6).map((selection) => `{ company(id: "${company}") { ${selection} } }`),
      ...selectEach('Portfolio', 5).map((selection) => `{ portfolio { ${selection} } }`),
      ...roots.map((name) => `{ ${whole.select('Query', name, toDepth(name))} }`),
    ];
    const told: string[] = [];
    for (const document of documents) {
      const data = await askAs<Loose>(masked, document);
      expect([document, findPersonal(JSON.stringify(data), leavesOf(data))]).toEqual([document, []]);
      // His exports are nobody else's.
      const clear = document.startsWith('{ export') ? {} : await askAs<Loose>(admin, document);
      if (findPersonal(JSON.stringify(clear), leavesOf(clear)).length > 0) told.push(document.slice(0, 70));
    }
    // The search would have found it: users and leaderboard in all their ways, reports and widgets, and by global id.
    expect(told.length).toBeGreaterThanOrEqual(10);
    expect(told).toContainEqual(expect.stringMatching(/^\{ portfolio \{ executiveMetric/));
    const missed = listQueryFields(schema).filter((field) => !whole.selected.has(field));
    // They lead to what is asked here of one company, or of the portfolio.
    expect(missed.sort()).toEqual([
      'Company.children',
      'Company.parent',
      'ExecutiveReport.company',
      'Query.company',
      'Query.portfolio',
    ]);
  }, 60_000);

  it('is in the log', () => {
    expect(house.logged().length).toBeGreaterThan(100);
    expect(findPersonal(JSON.stringify(house.logged()))).toEqual([]);
  });
});

describe('the same person', () => {
  const list = () =>
    `{ company(id: "${company}") {
         targetUsers(first: 100, filter: { statuses: [ACTIVE, INACTIVE, DELETED] }) { ${PEOPLE} }
         leaderboard(first: 100, period: { preset: LAST_YEAR }) { nodes { targetUserId email displayName firstName lastName } }
         topPerformers(period: { preset: LAST_YEAR }) { targetUserId email } } }`;

  it('is the same mark in lists, leaderboards, by id, and in exports; another has another', async () => {
    const { company: own } = await askAs<Loose>(masked, list());
    const markById = new Map<string, string>();
    for (const [index, shown] of (own.targetUsers.nodes as Person[]).entries()) {
      const clear = people[index] as Person;
      expect(shown.email).toMatch(EMAIL);
      const mark = shown.email.slice('user-'.length, -'@masked.invalid'.length);
      markById.set(shown.resourceId, shown.email);
      expect(shown).toEqual({
        ...clear,
        email: shown.email,
        firstName: clear.firstName && `User ${mark}`,
        lastName: clear.lastName && `User ${mark}`,
        displayName: `User ${mark}`,
        phoneNumber: clear.phoneNumber && expect.stringMatching(/^phone-[0-9a-f]{16}$/),
        customFields: clear.customFields.map(({ name, value }) => ({
          name,
          value: value && expect.stringMatching(/^masked-[0-9a-f]{16}$/),
        })),
      });
    }
    expect(new Set(markById.values()).size).toBe(people.length);
    const entries = [...own.leaderboard.nodes, ...own.topPerformers];
    expect(entries.length).toBeGreaterThan(10);
    for (const { targetUserId, email } of entries) expect(email).toBe(markById.get(targetUserId.split(':')[2]));
    const exported = (await exportAs(masked, 'exportLeaderboard', EXPORTS[1]?.[1]('NDJSON') ?? '')).trim().split('\n');
    for (const row of exported.map((line) => JSON.parse(line))) {
      expect(row.email).toBe(markById.get(row.target_user_id.split(':')[2]));
    }
  });

  it('is found by id with all that the list tells, though the address it is looked up by is masked', async () => {
    const living = people.slice(0, 5);
    const aliases = living.map(
      ({ resourceId }, n) => `u${n}: targetUser(id: "${resourceId}") { email department customFields { name } }`,
    );
    const { company: own } = await askAs<Loose>(masked, `{ company(id: "${company}") { ${aliases.join(' ')} } }`);
    const found = Object.values<Loose>(own).filter((user) => user !== null);
    expect(found.length).toBeGreaterThan(2);
    for (const [n, { department, customFields }] of living.entries()) {
      if (own[`u${n}`] === null) continue;
      expect(own[`u${n}`]).toMatchObject({ department, customFields: customFields.map(({ name }) => ({ name })) });
      expect(own[`u${n}`].email).toMatch(EMAIL);
    }
  });

  it('is the same mark in a widget, whose tables and objects are left out', async () => {
    const document = `{ company(id: "${company}") {
      targetUsers(first: 100) { nodes { email } }
      widgets${given['Company.widgets']} { metric points { label } table { rows } raw } } }`;
    const { company: own } = await askAs<Loose>(masked, document);
    const marks = own.targetUsers.nodes.map(
      ({ email }: Person) => `User ${email.slice('user-'.length, -'@masked.invalid'.length)}`,
    );
    const riskiest = own.widgets.find(({ metric }: Loose) => metric === 'HumanRiskScoreforHighestRiskUsersWidget');
    expect(riskiest.points.length).toBeGreaterThan(0);
    for (const { label } of riskiest.points) {
      expect(label).toMatch(NAME);
      expect(marks).toContain(label);
    }
    expect(own.widgets.filter(({ table, raw }: Loose) => table !== null || raw !== null)).toEqual([]);
    const { company: clear } = await askAs<Loose>(admin, document);
    const labelsOf = (widgets: Loose[], metric: string) =>
      widgets.find((each) => each.metric === metric)?.points.map(({ label }: Loose) => label);
    for (const metric of ['HumanRiskScoreforHighestRiskDepartmentsWidget', 'IndustryPhishingRiskScoreWidget']) {
      expect(labelsOf(own.widgets, metric)).toEqual(labelsOf(clear.widgets, metric));
    }
  });

  it('is the same mark after a restart, and another one on another server', async () => {
    const { company: before } = await askAs<Loose>(masked, list());
    await house.close();
    house = await open();
    expect(await askAs<Loose>(masked, list())).toEqual({ company: before });
    const other = await openHouse({ env: OF_KEYS });
    const otherKey = await makeKey(other.dataDirectory, { masksPersonalData: true });
    const { company: elsewhere } = await askAs<Loose>(otherKey, list(), other).finally(() => other.close());
    const emailsOf = (own: Loose) => own.targetUsers.nodes.map(({ email }: Person) => email);
    expect(emailsOf(elsewhere).filter((email: string) => emailsOf(before).includes(email))).toEqual([]);
  });
});

describe('what would tell what is masked is refused', () => {
  const where = (field: string) =>
    `filter: { where: { groups: [{ items: [{ field: "${field}", operator: CONTAINS, value: "a" }] }] } }`;
  const CASES: readonly [string, string][] = [
    ['filter: { search: "anna" }', 'filter.search'],
    ['filter: { email: "anna@" }', 'filter.email'],
    ['orderBy: { field: FIRST_NAME }', 'orderBy.field'],
    ['orderBy: { field: LAST_NAME, direction: DESC }', 'orderBy.field'],
    ['orderBy: { field: EMAIL }', 'orderBy.field'],
    [where('Email'), 'filter.where.groups.items.field'],
    [where('fullName'), 'filter.where.groups.items.field'],
    [where('phoneNumber'), 'filter.where.groups.items.field'],
    [where('anything else'), 'filter.where.groups.items.field'],
  ];
  const OF_USERS: readonly [string, string][] = [['filter: { emails: ["anna@example.com"] }', 'filter.emails']];

  async function refusalOf(document: string): Promise<unknown> {
    await house.simulator.clearJournal();
    const { body } = await house.ask<Loose>(document, {}, masked.headers);
    const scoped = (await house.asked()).filter(({ companyId }) => companyId !== null);
    return { refused: body.errors?.map(({ extensions }) => [extensions?.code, extensions?.argument]), scoped };
  }

  it.each([
    ...[...CASES, ...OF_USERS].map(([args, argument]) => ['targetUsers', args, argument]),
    ...CASES.map(([args, argument]) => ['leaderboard', args, argument]),
  ])('%s(%s)', async (field, args, argument) => {
    const refusal = { refused: [['FORBIDDEN', argument]], scoped: [] };
    expect(await refusalOf(`{ company(id: "${company}") { ${field}(${args}) { totalCount } } }`)).toEqual(refusal);
    const mutation = field === 'leaderboard' ? 'exportLeaderboard' : 'exportTargetUsers';
    const input = `companies: { ids: ["${company}"] }, format: CSV, ${args}`;
    expect(await refusalOf(`mutation { ${mutation}(input: { ${input} }) { job { id } } }`)).toEqual(refusal);
  });

  it("Keepnet's own file, of any kind", async () => {
    const one = people[0]?.resourceId;
    const all: readonly [string, (format: string) => string][] = [
      ...EXPORTS.filter(([field]) => field !== 'exportUserTimeline'),
      ['exportUserTimeline', (format) => `company: "${company}", targetUsers: ["${one}"], format: ${format}`],
    ];
    for (const [field, toInput] of all) {
      const document = `mutation { ${field}(input: { ${toInput('XLSX')}, source: KEEPNET_FILE }) { job { id } } }`;
      expect([field, await refusalOf(document)]).toEqual([field, { refused: [['FORBIDDEN', 'source']], scoped: [] }]);
    }
  });

  it('but not what tells nothing of anybody', async () => {
    const harmless = [
      'filter: { department: "a" }',
      'filter: { where: { groups: [{ items: [{ field: "Department", operator: CONTAINS, value: "a" }] }] } }',
      'orderBy: { field: DEPARTMENT }',
    ];
    for (const args of harmless) {
      const document = `{ company(id: "${company}") { targetUsers(${args}) { totalCount } leaderboard(${args}) { totalCount } } }`;
      expect(await askAs(masked, document)).toEqual(await askAs(admin, document));
    }
    await askAs(masked, '{ companies(filter: { search: "a" }, orderBy: { field: NAME }) { totalCount } }');
  });
});
