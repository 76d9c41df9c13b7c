/**
 * One widget across all companies, through the door: its points are those that one finds by asking company by company, each
 * company is asked for its catalogue and its figures once, and whoever is not heard is told.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

const METRIC = 'PhishingRiskScoreAcrossIndustriesWidget';
const NAME = 'Phishing Risk Score Across Industries';
const CATALOGUE = '/api/executive-report/metrics';
const DATA = '/api/executive-report/get-widget-datas';
const COVERAGE = 'coverage { companiesInScope answered restricted failed skipped complete }';
const POINTS = 'nodes { company { resourceId name } date series label value }';
const YEAR = 'period: { preset: LAST_YEAR }';
const RISK = 'Company Phishing Risk Score';

let house: House;

async function open(): Promise<void> {
  house = await openHouse();
  await house.simulator.clearJournal();
}

async function ask(query: string): Promise<Loose> {
  const { body } = await house.ask<Loose>(query);
  expect(body.errors).toBeUndefined();
  return body.data;
}

async function askMetric(fields: string, args = `name: "${METRIC}", ${YEAR}`, filter = ''): Promise<Loose> {
  const { portfolio } = await ask(`{ portfolio${filter} { executiveMetric(${args}) { ${fields} } } }`);
  return portfolio.executiveMetric;
}

/** All points of the widget as one finds them company by company, in the order of the companies' names. */
async function listPoints(): Promise<Loose[]> {
  const { body } = await house.ask<Loose>(
    '{ companies(first: 100) { nodes { resourceId name access { state } executiveMetrics { widgets { resourceId metric } } } } }',
  );
  const listOwn = async ({ resourceId, name, executiveMetrics }: Loose): Promise<Loose[]> => {
    const widgets = (executiveMetrics ?? []).flatMap((group: Loose) => group.widgets);
    const widget = widgets.find(({ metric }: Loose) => metric === METRIC);
    if (widget === undefined) return [];
    const { company } = await ask(
      `{ company(id: "${resourceId}") { widgets(ids: ["${widget.resourceId}"], ${YEAR}) { points { date series label value } } } }`,
    );
    const [{ points }] = company.widgets;
    return points.map((point: Loose) => ({ company: { resourceId, name }, ...point }));
  };
  const points = await Promise.all(body.data.companies.nodes.map(listOwn));
  const names = new Intl.Collator('en', { numeric: true });
  return points.flat().sort((left, right) => names.compare(left.company.name, right.company.name));
}

/** Page by page to the end. */
async function listPages(args: string): Promise<Loose[]> {
  const nodes: Loose[] = [];
  for (let after = 'null'; after !== ''; ) {
    const { points } = await askMetric(
      `points(${args}, after: ${after}) { totalCount pageInfo { hasNextPage endCursor } ${POINTS} }`,
    );
    nodes.push(...points.nodes);
    after = points.pageInfo.hasNextPage ? JSON.stringify(points.pageInfo.endCursor) : '';
    if (after === '') expect(points.totalCount).toBe(nodes.length);
  }
  return nodes;
}

async function askedOf(path: string): Promise<string[]> {
  return (await house.asked()).filter((call) => call.path === path).map((call) => call.companyId ?? '');
}

describe('one widget of all companies', () => {
  beforeEach(open);
  afterEach(() => house.close());

  it('has the points that one finds company by company, on pages with each once', async () => {
    const expected = await listPoints();
    expect(expected.length).toBeGreaterThan(400);
    expect(await listPages('first: 100')).toEqual(expected);
    const risks = expected.filter(({ series }) => series === RISK);
    expect(risks.length).toBeGreaterThan(100);
    expect(await listPages(`first: 37, series: "${RISK.toUpperCase()}"`)).toEqual(risks);
  });

  it('asks each readable company for its catalogue and its figures once, and tells of the others', async () => {
    const [closed] = (await ask('{ companies(first: 100) { nodes { resourceId access { state } } } }')).companies.nodes
      .filter(({ access }: Loose) => access.state === 'PRIVACY_DENIED')
      .map(({ resourceId }: Loose) => resourceId);
    await house.simulator.clearJournal();
    const { name, metric, companiesWithout, series, coverage } = await askMetric(
      `name metric companiesWithout series ${COVERAGE}`,
    );
    expect({ name, metric, companiesWithout }).toEqual({ name: NAME, metric: METRIC, companiesWithout: 0 });
    expect(series).toContain(RISK);
    expect(coverage).toEqual({
      companiesInScope: 25,
      answered: 23,
      restricted: 1,
      failed: 1,
      skipped: 0,
      complete: false,
    });
    const [catalogues, figures] = [await askedOf(CATALOGUE), await askedOf(DATA)];
    // One refuses its address only when it is asked.
    expect([catalogues.length, new Set(catalogues).size]).toEqual([24, 24]);
    expect([figures.length, new Set(figures).size]).toEqual([23, 23]);
    expect([...catalogues, ...figures]).not.toContain(closed);
    expect(await house.asked()).toHaveLength(1 + 24 + 23);
  });

  it.each([
    ['the catalogue', CATALOGUE],
    ['the figures', DATA],
  ])('has a gap for each company that fails at %s, and the points of all the others', async (_name, path) => {
    const before = await listPages(`first: 100, series: "${RISK}"`);
    const ids = [...new Set(before.map(({ company }) => company.resourceId))].slice(4, 7);
    for (const companyId of ids) await house.simulator.addFault({ kind: 'wrongShape', path, companyId });
    const { coverage } = await askMetric(
      'coverage { companiesInScope answered restricted failed gaps { companyId code } }',
    );
    expect(coverage).toMatchObject({ companiesInScope: 25, answered: 20, restricted: 1, failed: 4 });
    const broken = coverage.gaps.filter(({ code }: Loose) => code === 'UPSTREAM_BAD_RESPONSE');
    expect(broken.map(({ companyId }: Loose) => companyId).sort()).toEqual(ids.map((id) => `Company:${id}`).sort());
    const after = await listPages(`first: 100, series: "${RISK}"`);
    expect(after).toEqual(before.filter(({ company }) => !ids.includes(company.resourceId)));
  });

  it('tells who has most: the largest value first, equals by company', async () => {
    const expected = (await listPoints()).filter(({ series }) => series === RISK);
    const sorted = [...expected].sort((left, right) => right.value - left.value);
    const { points } = await askMetric(`points(first: 10, series: "${RISK}", orderBy: VALUE) { ${POINTS} }`);
    expect(points.nodes).toEqual(sorted.slice(0, 10));
    expect(points.nodes[0].value).toBeGreaterThan(0);
    expect(await listPages(`first: 50, series: "${RISK}", orderBy: VALUE`)).toEqual(sorted);
  });

  it('is found by the name that Keepnet shows, in any case, and is of those companies that match', async () => {
    const all = await listPages(`first: 100, series: "${RISK}"`);
    const one = all[0].company;
    await house.simulator.clearJournal();
    const { metric, points, coverage } = await askMetric(
      `metric points(series: "${RISK}") { ${POINTS} } ${COVERAGE}`,
      `name: "${NAME.toLowerCase()}", ${YEAR}`,
      `(filter: { search: ${JSON.stringify(one.name)} })`,
    );
    expect(metric).toBe(METRIC);
    expect(points.nodes).toEqual(all.filter(({ company }) => company.resourceId === one.resourceId));
    expect(coverage).toMatchObject({ companiesInScope: 1, answered: 1, complete: true });
    expect(await house.asked()).toHaveLength(3);
  });

  it('that no company offers has no name, no points, and has asked for no figures', async () => {
    await house.simulator.clearJournal();
    const answer = await askMetric(
      `name metric companiesWithout series points { totalCount nodes { value } } ${COVERAGE}`,
      'name: "Phishing Risk Score"',
    );
    expect(answer).toMatchObject({ name: null, metric: null, companiesWithout: 23, series: [] });
    expect(answer.points).toEqual({ totalCount: 0, nodes: [] });
    expect(answer.coverage.answered).toBe(23);
    expect(await askedOf(DATA)).toEqual([]);
  });

  it('refuses a cursor of another metric, period, series, order, or of the answer of other companies', async () => {
    const { points } = await askMetric('points(first: 5) { pageInfo { endCursor } }');
    const after = `after: "${points.pageInfo.endCursor}"`;
    const codes = async (args: string, page: string) => {
      const { body } = await house.ask(`{ portfolio { executiveMetric(${args}) { points(${page}) { totalCount } } } }`);
      return body.errors?.map(({ extensions }) => [extensions?.code, extensions?.argument]);
    };
    const same = `name: "${METRIC}", ${YEAR}`;
    const refused = [['BAD_USER_INPUT', 'after']];
    expect(await codes(same, after)).toBeUndefined();
    expect(await codes('name: "TrainingCompletionWidget"', after)).toEqual(refused);
    expect(await codes(`name: "${METRIC}"`, after)).toEqual(refused);
    expect(await codes(same, `${after}, series: "${RISK}"`)).toEqual(refused);
    expect(await codes(same, `${after}, orderBy: VALUE`)).toEqual(refused);
    const [first] = (await askMetric(`points(first: 1) { ${POINTS} }`)).points.nodes;
    await house.simulator.addFault({ kind: 'wrongShape', path: DATA, companyId: first.company.resourceId });
    expect(await codes(same, after)).toEqual(refused);
  });
});

describe('one widget of all companies, where an argument is wrong', () => {
  beforeAll(open);
  afterAll(() => house.close());

  it.each([
    ['name: "  "', 'first: 1', 'name'],
    [`name: "${'x'.repeat(201)}"`, 'first: 1', 'name'],
    ['name: "x", period: { from: "2026-01-01" }', 'first: 1', 'period'],
    ['name: "x"', 'first: 0', 'first'],
    ['name: "x"', 'first: 101', 'first'],
    ['name: "x"', 'after: "no cursor"', 'after'],
  ])('is not asked for: %s, %s', async (args, page, argument) => {
    const { body } = await house.ask(`{ portfolio { executiveMetric(${args}) { points(${page}) { totalCount } } } }`);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    expect(await house.asked()).toEqual([]);
  });
});

describe('one widget where the calls do not last for all', () => {
  afterEach(() => house.close());

  it('is asked whole company by company, not catalogue by catalogue', async () => {
    house = await openHouse({ env: { OPERATION_MAX_CALLS: '101', SIMULATOR_COMPANIES: '200', SIMULATOR_USERS: '2' } });
    await house.simulator.clearJournal();
    const { coverage } = await askMetric(COVERAGE);
    expect(coverage.companiesInScope).toBe(200);
    // 99 calls for companies after 2 for the list: 32 catalogues at most may have been in vain.
    expect(coverage.answered).toBeGreaterThanOrEqual(Math.floor((99 - 32) / 2));
    expect(await house.asked()).toHaveLength(101);
  });
});
