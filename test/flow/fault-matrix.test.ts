/**
 * Every fault of an upstream in every place where it can strike: one customer's field, the list that everything begins with,
 * a call that many fields were merged into. Each has its code and costs what it strikes and nothing else; it is asked again as
 * often as promised and no oftener; nothing of Keepnet's words gets into the answer or the log; no number is ever wrong.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TransportKind } from '../../src/keepnet/transport.js';
import type { GraphAnswer } from '../support/house.js';
import { openProxiedHouse, type ProxiedHouse } from '../support/proxied-house.js';
import { findLeaks, QUICK_FAULTS, SLOW_FAULTS, type UpstreamFault } from '../support/upstream-faults.js';

interface Company {
  resourceId: string;
  countSummary?: { active: number } | null;
  leaderboard: { nodes: { rank: number; targetUser?: { email: string } | null }[] } | null;
}

interface Companies {
  companies: { nodes: Company[] } | null;
}

/** Somewhere that a fault can strike. */
interface Place {
  readonly name: string;
  readonly transport: TransportKind;
  readonly path: string;
  readonly isScoped: boolean;
  readonly query: string;
  /** Takes out of a whole answer what the fault costs, and tells at which paths an error must stand for it. */
  remove(data: Companies, sick: number): string[];
}

const DASHBOARD = `{ companies(first: 6) { nodes {
  resourceId name access { state } countSummary { active inactive deleted monthlyActiveUsers(last: 2) { count } }
  leaderboard(first: 5) { nodes { rank points } } executiveReports { name } } } }`;
const USERS = `{ companies(first: 6) { nodes {
  resourceId leaderboard(first: 5) { nodes { rank points targetUser { email status } } } } } }`;

const FIELD: Place = {
  name: 'field',
  transport: 'undici',
  path: '/api/target-users/count-summary',
  isScoped: true,
  query: DASHBOARD,
  remove(data, sick) {
    companyAt(data, sick).countSummary = null;
    return [`companies.nodes.${sick}.countSummary`];
  },
};

const PLACES: readonly Place[] = [
  FIELD,
  { ...FIELD, name: 'field, by the other library', transport: 'cross-fetch' },
  {
    name: 'list',
    transport: 'undici',
    path: '/api/companies/search',
    isScoped: false,
    query: DASHBOARD,
    remove(data) {
      data.companies = null;
      return ['companies'];
    },
  },
  {
    name: 'merged',
    transport: 'undici',
    path: '/api/target-users/by-resource-ids',
    isScoped: true,
    query: USERS,
    remove(data, sick) {
      const users = companyAt(data, sick).leaderboard?.nodes ?? [];
      for (const user of users) user.targetUser = null;
      return users.map((_user, index) => `companies.nodes.${sick}.leaderboard.nodes.${index}.targetUser`);
    },
  },
];

function companyAt(data: Companies, index: number): Company {
  const company = data.companies?.nodes[index];
  if (company === undefined) throw new Error(`the answer has no company at ${index}`);
  return company;
}

/** A server with an upstream of its own, in which one place will be struck. */
interface Theatre extends ProxiedHouse {
  readonly place: Place;
  /** The answer when nothing is wrong, with the errors that belong to it: one customer has closed its data. */
  readonly truth: GraphAnswer<Companies>['body'];
  /** Position of a customer that is whole in the truth. */
  readonly sick: number;
  readonly sickId: string;
}

async function openTheatre(place: Place, callTimeoutSeconds: number): Promise<Theatre> {
  const proxied = await openProxiedHouse({
    KEEPNET_TRANSPORT: place.transport,
    KEEPNET_CALL_TIMEOUT_SECONDS: String(callTimeoutSeconds),
    OPERATION_TIMEOUT_SECONDS: '30',
  });
  const { house } = proxied;
  // Asked twice: what the first answer taught about a customer stands in the second one, and in those that follow.
  await house.ask<Companies>(place.query);
  const { body: truth } = await house.ask<Companies>(place.query);
  // Never the first: what is shifted by one would not show.
  const sick = truth.data?.companies?.nodes.findIndex(
    ({ leaderboard }, index) => index > 2 && leaderboard?.nodes.length === 5,
  );
  if (sick === undefined || sick < 0) throw new Error('no customer of the simulator is well');
  const sickId = companyAt(truth.data as Companies, sick).resourceId;
  return { ...proxied, place, truth, sick, sickId };
}

/** What came of a fault in one place, in a form that can be compared as a whole. */
interface Outcome {
  readonly place: string;
  readonly data: unknown;
  /** Path, code, company. */
  readonly errors: readonly string[];
  readonly calls: number;
  readonly leaks: readonly string[];
}

async function strike(theatre: Theatre, row: UpstreamFault, times?: number): Promise<Outcome> {
  const { place, house, simulator, proxy, sickId } = theatre;
  const where = { path: place.path, ...(place.isScoped && { companyId: sickId }), ...(times && { times }) };
  if (row.proxy) proxy.strike({ ...row.proxy, ...where });
  if (row.simulator) await simulator.addFault({ ...row.simulator, ...where });
  const logged = house.logged().length;
  const called = proxy.calls().length;
  const { text, body } = await house.ask<Companies>(place.query);
  const struck = proxy
    .calls()
    .slice(called)
    .filter(({ path, companyId }) => {
      return path === place.path && (!place.isScoped || companyId === sickId);
    });
  const told = text + JSON.stringify(house.logged().slice(logged));
  // A kept connection that ends without an answer may have been dead, and is replaced at once: that is no repetition.
  const isReplaced = times === undefined && mayBeTakenForDead(row.proxy?.kind, place, struck[0]?.isKept);
  const calls = struck.length - (isReplaced ? 1 : 0);
  return { place: place.name, data: body.data, errors: toErrors(body), calls, leaks: findLeaks(told) };
}

/** Undici does not tell half of a head from earlier answers. */
function mayBeTakenForDead(kind: string | undefined, { transport }: Place, isKept = false): boolean {
  if (kind === 'halfHead') return isKept || transport === 'undici';
  return isKept && (kind === 'reset' || kind === 'closeUnanswered');
}

async function mend({ proxy, simulator }: Theatre): Promise<void> {
  proxy.clear();
  await simulator.clearFaults();
}

function toErrors(body: GraphAnswer<Companies>['body']): string[] {
  return (body.errors ?? [])
    .map(({ path, extensions }) => `${path?.join('.')} ${extensions?.code} ${extensions?.companyId}`)
    .sort();
}

function expectedOutcome({ place, truth, sick, sickId }: Theatre, { trouble }: UpstreamFault): Outcome {
  if (trouble === null) return { place: place.name, data: truth.data, errors: toErrors(truth), calls: 1, leaks: [] };
  const data = structuredClone(truth.data) as Companies;
  const code = typeof trouble.code === 'string' ? trouble.code : trouble.code(place);
  const lost = place.remove(data, sick).map((path) => `${path} ${code} ${place.isScoped ? sickId : undefined}`);
  // Without the list nobody is known who could have closed its data.
  const errors = [...(place.isScoped ? toErrors(truth) : []), ...lost].sort();
  return { place: place.name, data, errors, calls: trouble.calls, leaks: [] };
}

function openEverywhere(callTimeoutSeconds: number): Promise<Theatre[]> {
  return Promise.all(PLACES.map((place) => openTheatre(place, callTimeoutSeconds)));
}

const closeAll = (theatres: readonly Theatre[]) => Promise.all(theatres.map((theatre) => theatre.close()));

describe('a fault in a field, in the list, in a merged call', () => {
  let theatres: Theatre[];
  beforeAll(async () => {
    theatres = await openEverywhere(10);
  });
  afterAll(() => closeAll(theatres));

  // Every circuit sees in between that all is well, and the repetitions to come are paid for.
  beforeEach(() => Promise.all(theatres.map(({ house }) => house.ask(DASHBOARD))));
  afterEach(() => Promise.all(theatres.map(mend)));

  it.each(QUICK_FAULTS.map((row) => [row.name, row] as const))('%s costs what it struck', async (_name, row) => {
    const outcomes = await Promise.all(theatres.map((theatre) => strike(theatre, row)));
    expect(outcomes).toEqual(theatres.map((theatre) => expectedOutcome(theatre, row)));
  });

  const repeated = QUICK_FAULTS.filter(
    ({ trouble }) => trouble?.calls === 3 || trouble?.code === 'UPSTREAM_UNAUTHENTICATED',
  );
  it.each(repeated.map((row) => [row.name, row] as const))('%s, once, costs nothing but a call', async (_name, row) => {
    const outcomes = await Promise.all(theatres.map((theatre) => strike(theatre, row, 1)));
    expect(outcomes).toEqual(
      theatres.map((theatre) => ({ ...expectedOutcome(theatre, { ...row, trouble: null }), calls: 2 })),
    );
  });
});

describe('a fault that takes its time', () => {
  let shows: { theatres: Theatre[]; outcomes: Promise<Outcome[]> }[];
  beforeAll(async () => {
    shows = await Promise.all(
      SLOW_FAULTS.map(async (row) => {
        const theatres = await openEverywhere(1);
        return { theatres, outcomes: Promise.all(theatres.map((theatre) => strike(theatre, row))) };
      }),
    );
  });
  afterAll(() => closeAll(shows.flatMap(({ theatres }) => theatres)));

  it.each(SLOW_FAULTS.map((row, index) => [row.name, row, index] as const))(
    '%s costs what it struck',
    async (...args) => {
      const [, row, index] = args;
      const { theatres = [], outcomes } = shows[index] ?? {};
      expect(await outcomes).toEqual(theatres.map((theatre) => expectedOutcome(theatre, row)));
    },
  );
});
