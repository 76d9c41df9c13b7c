import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { buildRequest } from '../../src/keepnet/endpoint.js';
import * as companies from '../../src/keepnet/endpoints/companies.js';
import * as reports from '../../src/keepnet/endpoints/executive-reports.js';
import * as files from '../../src/keepnet/endpoints/exports.js';
import * as leaderboards from '../../src/keepnet/endpoints/leaderboard.js';
import * as users from '../../src/keepnet/endpoints/target-users.js';
import type { CompanyId } from '../../src/keepnet/rows.js';

const period = { preset: 'LAST_MONTH' } as const;
const page = { pageNumber: 1, pageSize: 20, filter: {} };
const scoped: [Parameters<typeof buildRequest<never>>[0], unknown][] = [
  [companies.companyDetails, undefined],
  [companies.licenseCheck, undefined],
  [users.searchTargetUsers, { ...page, order: { field: 'EMAIL', direction: 'ASC' } }],
  [users.countSummary, undefined],
  [users.targetUsersByIds, ['aB3dE5fG7hJ9']],
  [leaderboards.leaderboardOptions, undefined],
  [leaderboards.leaderboard, { ...page, period, order: { field: 'RANK', direction: 'ASC' } }],
  [leaderboards.topPerformers, period],
  [leaderboards.userTimeline, { ...page, period, targetUserResourceId: 'aB3dE5fG7hJ9', direction: 'DESC' }],
  [leaderboards.userPerformance, { period, targetUserResourceId: 'aB3dE5fG7hJ9' }],
  [reports.executiveReports, ''],
  [reports.executiveReport, 'aB3dE5fG7hJ9'],
  [reports.executiveMetrics, undefined],
  [files.exportTargetUsers, { search: { filter: {}, order: { field: 'EMAIL', direction: 'ASC' } }, format: 'CSV' }],
  [
    files.exportLeaderboard,
    { search: { period, filter: {}, order: { field: 'RANK', direction: 'ASC' } }, format: 'PDF' },
  ],
  [
    files.exportUserTimeline,
    { search: { period, filter: {}, targetUserResourceId: 'aB3dE5fG7hJ9', direction: 'ASC' }, format: 'XLSX' },
  ],
  [reports.widgets, { widgetIds: ['kL8mN2pQ4rS6'], period }],
];
const named = scoped.map(([endpoint, input]) => ({ path: endpoint.path, endpoint, input }));
const badIds = [
  null,
  undefined,
  '',
  'abc',
  '42,43',
  'xC5kfGz7w2Nz\n',
  'a/../bcdef',
  ' xC5kfGz7w2Nz',
  'ş'.repeat(12),
  'a'.repeat(20_000),
];

describe('a scoped request', () => {
  it('covers every scoped endpoint there is', () => {
    const all = [companies, users, leaderboards, reports, files].flatMap((list) => Object.values<unknown>(list));
    const known = all.filter((entry) => (entry as { scoped?: boolean }).scoped === true);
    expect(known).toHaveLength(17);
    expect(new Set(scoped.map(([endpoint]) => endpoint))).toEqual(new Set(known));
  });

  it.each(named)('$path carries its company in both headers', ({ endpoint, input }) => {
    const request = buildRequest(endpoint, input as never, 'xC5kfGz7w2Nz' as CompanyId);
    expect(request.headers).toMatchObject({
      'x-keepnet-company-id': 'xC5kfGz7w2Nz',
      'x-ir-company-id': 'xC5kfGz7w2Nz',
    });
    if (request.method === 'POST') expect(request.headers['content-type']).toBe('application/json');
  });

  it.each(named)('$path is not built without one', ({ endpoint, input }) => {
    for (const id of badIds) {
      expect(() => buildRequest(endpoint, input as never, id as CompanyId)).toThrow('without a company id');
    }
  });

  it('refuses a path value that is no id', () => {
    for (const id of ['../metrics', 'a b', '', 'a/b', 'a%2Fb', '.', 'x'.repeat(129)]) {
      expect(() => buildRequest(reports.executiveReport, id, 'xC5kfGz7w2Nz' as CompanyId)).toThrow('is not an id');
    }
  });

  it('does not compile without a company', () => {
    const file = fileURLToPath(new URL('./scope.types.ts', import.meta.url));
    const { options } = ts.convertCompilerOptionsFromJson(
      {
        strict: true,
        module: 'NodeNext',
        target: 'ES2023',
        lib: ['ES2023'],
        types: ['node'],
        noEmit: true,
        skipLibCheck: true,
      },
      fileURLToPath(new URL('../..', import.meta.url)),
    );
    const program = ts.createProgram([file], options);
    const complaints = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(program.getSourceFile(file)).toBeDefined();
    expect(complaints).toEqual([]);
  }, 60_000);
});

describe('a request of the credential', () => {
  it('never carries a company', () => {
    const order = { field: 'NAME', direction: 'ASC' } as const;
    const request = buildRequest(companies.searchCompanies, { ...page, order }, 'xC5kfGz7w2Nz' as CompanyId);
    expect(Object.keys(request.headers)).toEqual(['accept', 'content-type']);
  });
});
