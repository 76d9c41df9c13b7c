/** Exports that were started, as the graph shows them: found by their caller only, with coverage, parts and files. */
import { describe, expect, it } from '@jest/globals';
import type { ExportJobRow, ExportPart, PartState } from '../../src/exports/job.js';
import { createApollo } from '../../src/schema/apollo.js';
import { createContext } from '../../src/schema/context.js';
import { createFakeCompanies } from '../support/fake-companies.js';
import { toJobRow } from '../support/fake-exports.js';
import { FAKE_CALLER_ID, openFakeGraph } from '../support/fake-graph.js';

const JOB_ID = 'aB3dE5fG7hJ9kL8mN2pQ4r';
const FILE = { name: 'leaderboard.csv', mediaType: 'text/csv', bytes: 5_000_000_000, rows: 7, sha256: 'ab'.repeat(32) };

function openWith(job: Partial<ExportJobRow>, parts: readonly ExportPart[] = []) {
  const graph = openFakeGraph();
  graph.jobs.push({ ...toJobRow(JOB_ID), callerId: FAKE_CALLER_ID, ...job });
  graph.parts.push(...parts);
  return graph;
}

function toPart(position: number, state: PartState, more: Partial<ExportPart> = {}): ExportPart {
  return {
    jobId: JOB_ID,
    position,
    companyId: `company000${position}`,
    companyName: `Customer ${position}`,
    skipCode: null,
    state,
    code: null,
    message: null,
    rows: 3,
    bytes: 300,
    sha256: null,
    attempts: 1,
    ...more,
  };
}

const PARTS = [
  toPart(0, 'SUCCEEDED'),
  toPart(1, 'SKIPPED', { code: 'COMPANY_PRIVACY_DENIED', rows: 0 }),
  toPart(2, 'FAILED', { code: 'UPSTREAM_TIMEOUT', message: 'Keepnet did not answer in time.' }),
  toPart(3, 'SUCCEEDED'),
  toPart(4, 'CANCELLED'),
];

describe('exportJob', () => {
  it('is found by its global id, its raw id and as a node', async () => {
    const graph = openWith({ state: 'RUNNING', startedAtMs: Date.parse('2026-03-01T00:00:05Z') });
    const { data, errors } = await graph.ask(
      `{ byGlobal: exportJob(id: "ExportJob:${JOB_ID}") { id } byRaw: exportJob(id: "${JOB_ID}") { id createdAt startedAt finishedAt } node(id: "ExportJob:${JOB_ID}") { __typename id ... on ExportJob { state } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      byGlobal: { id: `ExportJob:${JOB_ID}` },
      byRaw: {
        id: `ExportJob:${JOB_ID}`,
        createdAt: '2026-03-01T00:00:00.000Z',
        startedAt: '2026-03-01T00:00:05.000Z',
        finishedAt: null,
      },
      node: { __typename: 'ExportJob', id: `ExportJob:${JOB_ID}`, state: 'RUNNING' },
    });
    expect(graph.askedOfKeepnet).toEqual([]);
  });

  it('of somebody else is not there, in the same words as one that never was', async () => {
    const graph = openWith({ callerId: 'key:8' });
    const theirs = await graph.ask(`{ exportJob(id: "${JOB_ID}") { id } }`);
    const nobodys = await graph.ask('{ exportJob(id: "aaaaaaaaaaaaaaaaaaaaaa") { id } }');
    expect(theirs).toEqual(nobodys);
    expect(theirs.data).toEqual({ exportJob: null });
    expect(theirs.errors[0]?.extensions?.code).toBe('EXPORT_NOT_FOUND');
    const node = await graph.ask(`{ node(id: "ExportJob:${JOB_ID}") { id } }`);
    expect(node.errors[0]?.extensions?.code).toBe('EXPORT_NOT_FOUND');
  });

  it.each(['42,43', 'Company:xC5kfGz7w2Nz', 'ExportJob:', 'ExportJob:a/../b', 'ExportJob:abcdef:ghijkl'])(
    'is refused for the id %s',
    async (id) => {
      const graph = openWith({});
      for (const field of ['exportJob(id: $id) { id }']) {
        const { errors } = await graph.ask(`query ($id: ID!) { ${field} }`, { id });
        expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
      }
      const { errors } = await graph.ask('mutation ($id: ID!) { cancelExport(id: $id) { job { id } } }', { id });
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
      expect(graph.asked).toEqual([]);
    },
  );

  it('tells its coverage, whose figures make up all, and its gaps', async () => {
    const graph = openWith(
      { state: 'CANCELLED', partCounts: { SUCCEEDED: 2, SKIPPED: 1, FAILED: 1, CANCELLED: 1, QUEUED: 2 } },
      PARTS,
    );
    const { data } = await graph.ask(
      `{ exportJob(id: "${JOB_ID}") { coverage { companiesInScope answered restricted failed skipped complete gaps { companyId companyName code retryable message } } } }`,
    );
    expect(data.exportJob.coverage).toEqual({
      companiesInScope: 7,
      answered: 2,
      restricted: 1,
      failed: 1,
      skipped: 3,
      complete: false,
      gaps: [
        {
          companyId: 'Company:company0001',
          companyName: 'Customer 1',
          code: 'COMPANY_PRIVACY_DENIED',
          retryable: false,
          message: expect.stringContaining('closed its data'),
        },
        {
          companyId: 'Company:company0002',
          companyName: 'Customer 2',
          code: 'UPSTREAM_TIMEOUT',
          retryable: true,
          message: 'Keepnet did not answer in time.',
        },
      ],
    });
  });

  it('is complete when every company is in, and asks for no parts unless they are selected', async () => {
    const graph = openWith({ state: 'SUCCEEDED', partCounts: { SUCCEEDED: 5 } });
    const { data } = await graph.ask(
      `{ exportJob(id: "${JOB_ID}") { coverage { complete } progress { percent } pollAfterMs } }`,
    );
    expect(data.exportJob).toEqual({ coverage: { complete: true }, progress: { percent: 100 }, pollAfterMs: null });
    expect(graph.asked).toEqual([]);
  });

  it('gives its parts page by page, and no cursor of another job or other states', async () => {
    const graph = openWith({}, PARTS);
    const parts = (args: string) =>
      graph.ask(
        `{ exportJob(id: "${JOB_ID}") { parts(${args}) { totalCount nodes { companyId state code } pageInfo { endCursor hasNextPage } } } }`,
      );
    const first = (await parts('first: 2')).data.exportJob.parts;
    expect(first).toMatchObject({ totalCount: 5, nodes: [{ state: 'SUCCEEDED' }, { code: 'COMPANY_PRIVACY_DENIED' }] });
    const second = (await parts(`first: 2, after: "${first.pageInfo.endCursor}"`)).data.exportJob.parts;
    expect(second.nodes.map(({ companyId }: { companyId: string }) => companyId)).toEqual([
      'Company:company0002',
      'Company:company0003',
    ]);
    expect(graph.asked.map(([, jobId, query]) => [jobId, query])).toEqual([
      [JOB_ID, { offset: 0, limit: 2, states: null }],
      [JOB_ID, { offset: 2, limit: 2, states: null }],
    ]);
    const others = await parts(`after: "${first.pageInfo.endCursor}", states: [FAILED]`);
    expect(others.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    expect((await parts('states: []')).errors[0]?.extensions).toMatchObject({ argument: 'states' });
    graph.jobs.push({ ...toJobRow('anotherJob0000000000000'), callerId: FAKE_CALLER_ID });
    const another = await graph.ask(
      `{ exportJob(id: "anotherJob0000000000000") { parts(after: "${first.pageInfo.endCursor}") { totalCount } } }`,
    );
    expect(another.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  });

  it('gives files with addresses of their own, for the caller, until it expires', async () => {
    const query = `{ exportJob(id: "${JOB_ID}") { files { name mediaType bytes rows sha256 url urlExpiresAt } } }`;
    const ready = await openWith({ state: 'SUCCEEDED', files: [FILE] }).ask(query);
    expect(ready.data.exportJob.files).toEqual([
      {
        ...FILE,
        url: `http://127.0.0.1:4000/exports/${JOB_ID}/files/leaderboard.csv?caller=${FAKE_CALLER_ID}`,
        urlExpiresAt: '2026-03-01T00:15:00.000Z',
      },
    ]);
    const expired = await openWith({ state: 'EXPIRED', files: [FILE] }).ask(query);
    expect(expired.data.exportJob.files).toEqual([]);
  });
});

describe('exportJobs', () => {
  it("lists the caller's, page by page, in the states that are asked for", async () => {
    const graph = openWith({});
    graph.jobs.push({ ...toJobRow('zzzzzzzzzzzzzzzzzzzzzz'), callerId: FAKE_CALLER_ID });
    const { data } = await graph.ask(
      '{ exportJobs(first: 1, states: [RUNNING, QUEUED]) { totalCount nodes { id } pageInfo { endCursor } } }',
    );
    expect(data.exportJobs).toMatchObject({ totalCount: 2, nodes: [{ id: `ExportJob:${JOB_ID}` }] });
    await graph.ask(
      'query ($after: String) { exportJobs(first: 1, after: $after, states: [QUEUED, RUNNING]) { totalCount } }',
      {
        after: data.exportJobs.pageInfo.endCursor,
      },
    );
    expect(graph.asked).toEqual([
      ['list', FAKE_CALLER_ID, { offset: 0, limit: 1, states: ['QUEUED', 'RUNNING'] }],
      ['list', FAKE_CALLER_ID, { offset: 1, limit: 1, states: ['QUEUED', 'RUNNING'] }],
    ]);
  });

  it.each(['first: 0', 'first: 101', 'states: []', 'after: "MTIzNA"'])('refuses %s', async (args) => {
    const graph = openWith({});
    const { errors } = await graph.ask(`{ exportJobs(${args}) { totalCount } }`);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: args.split(':')[0] });
    expect(graph.asked).toEqual([]);
  });
});

describe('retryExport and cancelExport', () => {
  it('take either id and pass on the caller', async () => {
    const graph = openWith({});
    const { data } = await graph.ask(
      `mutation { retryExport(id: "ExportJob:${JOB_ID}") { job { id state } } cancelExport(id: "${JOB_ID}") { job { state } } }`,
    );
    expect(data).toEqual({
      retryExport: { job: { id: `ExportJob:${JOB_ID}`, state: 'QUEUED' } },
      cancelExport: { job: { state: 'CANCELLED' } },
    });
    expect(graph.asked).toEqual([
      ['retry', FAKE_CALLER_ID, JOB_ID],
      ['cancel', FAKE_CALLER_ID, JOB_ID],
    ]);
  });
});

describe('an operation that an export runs', () => {
  it('has no exports in its hand', async () => {
    const apollo = await createApollo({ onInternalError: () => undefined });
    const { signal } = new AbortController();
    const { session: keepnet } = createFakeCompanies([]);
    const contextValue = createContext({ keepnet, requestId: 'r', upstream: 'SIMULATOR', signal, wantsReceipt: false });
    const { body } = await apollo.executeOperation({ query: '{ exportJob(id: "abcdef") { id } }' }, { contextValue });
    expect(body).toMatchObject({ singleResult: { errors: [{ extensions: { code: 'INTERNAL' } }] } });
  });
});
