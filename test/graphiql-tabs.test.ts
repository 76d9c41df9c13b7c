/** The example tabs of GraphiQL: what a first visitor plays must not be refused, and must cost what its comment says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type DocumentNode, Kind, parse, validate } from 'graphql';
import { type House, openHouse } from './support/house.js';

const root = join(import.meta.dirname, '..');
const directory = join(root, 'web/graphiql/tabs');
const names = readdirSync(directory).sort();
const tabs = names.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));

describe('the example tabs', () => {
  it('are at least four, numbered in their order', () => {
    expect(names.length).toBeGreaterThanOrEqual(4);
    expect(names.map((name) => Number.parseInt(name, 10))).toEqual(names.map((_, index) => index + 1));
  });

  it.each(tabs)('$name is valid', ({ text }) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  });

  it.each(tabs)(
    '$name says in two lines what it shows and what it costs, and asks nothing of the reader',
    ({ text }) => {
      const [shows, costs, query] = text.split('\n');
      expect(shows).toMatch(/^# .+\.$/);
      expect(costs).toMatch(/^# Costs .*Keepnet call/);
      expect(query).toMatch(/^(query|mutation) \w+ \{$/);
    },
  );

  it('have one operation each, all with names of their own', () => {
    const operations = tabs.map(({ text }) => operationNames(parse(text)));
    expect(operations.map((each) => each.length)).toEqual(tabs.map(() => 1));
    expect(new Set(operations.flat()).size).toBe(tabs.length);
  });
});

describe('what the example tabs cost', () => {
  let house: House;

  beforeAll(async () => {
    // As many users as a visitor finds, so that the largest customer is the same one.
    house = await openHouse({ env: { SIMULATOR_USERS: '200' } });
  });
  afterAll(() => house.close());

  /** Plays a tab; resolves to its companies and to the Keepnet calls that they cost. */
  async function play(name: string) {
    await house.simulator.clearJournal();
    const text = tabs.find((tab) => tab.name === name)?.text ?? '';
    const { body } = await house.ask<{ companies: { nodes: PlayedCompany[] } }>(text);
    return { companies: body.data?.companies.nodes ?? [], errors: body.errors, calls: (await house.asked()).length };
  }

  it('1 and 4 per readable customer', async () => {
    const { companies, calls } = await play('1-customers.graphql');
    expect(companies).toHaveLength(25);
    expect(calls).toBe(1 + 4 * companies.filter(({ access }) => access?.state !== 'PRIVACY_DENIED').length);
  });

  it.each([
    ['2-one-customer.graphql', 6],
    ['3-user-timeline.graphql', 4],
  ])('%s: %d', async (name, expected) => {
    const { companies, errors, calls } = await play(name);
    expect(errors).toBeUndefined();
    expect(companies).toHaveLength(1);
    expect(calls).toBe(expected);
  });

  it('2 and 1 per report', async () => {
    const { companies, errors, calls } = await play('4-report-widgets.graphql');
    const reports = companies[0]?.executiveReports ?? [];
    expect(errors).toBeUndefined();
    expect(reports.length).toBeGreaterThan(0);
    expect(calls).toBe(2 + reports.length);
  });

  it.each([
    ['7-portfolio.graphql', 'countSummary'],
    ['8-compare-customers.graphql', 'executiveMetric'],
  ])('%s: 1 and 2 per readable customer', async (name, field) => {
    // One refuses its address when it is asked, and is known to for a while.
    await house.ask('{ companies(first: 100) { nodes { countSummary { active } } } }');
    await house.simulator.clearJournal();
    const { body } = await house.ask<{ portfolio: Record<string, PlayedFanOut> }>(
      tabs.find((tab) => tab.name === name)?.text ?? '',
    );
    const { coverage, points } = body.data?.portfolio[field] ?? {};
    expect(body.errors).toBeUndefined();
    expect(coverage).toMatchObject({ answered: 23 });
    if (points !== undefined) expect(points.nodes).toHaveLength(20);
    expect(await house.asked()).toHaveLength(1 + 2 * 23);
  });

  it.each([
    ['5-start-an-export.graphql', 1],
    ['6-watch-exports.graphql', 0],
  ])('%s: %d now, whatever the export asks later', async (name, expected) => {
    const text = tabs.find((tab) => tab.name === name)?.text ?? '';
    const { body } = await house.ask(text, undefined, { 'x-keepnet-graph-receipt': '1' });
    expect(body.errors).toBeUndefined();
    expect(body.extensions?.cost).toMatchObject({ calls: expected });
  });
});

interface PlayedFanOut {
  readonly coverage: { readonly answered: number };
  readonly points?: { readonly nodes: readonly unknown[] };
}

interface PlayedCompany {
  readonly access?: { readonly state: string };
  readonly executiveReports?: readonly unknown[];
}

function operationNames({ definitions }: DocumentNode): string[] {
  return definitions.flatMap(
    (definition) => (definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value) || [],
  );
}
