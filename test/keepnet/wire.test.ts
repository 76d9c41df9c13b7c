/**
 * Our own declaration of Keepnet's wire, held against Keepnet's published description where that is at hand.
 * Every difference is either a fault or in `wire-deviations.ts` with its reason, and what is listed there must still differ.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareWire, type Exchange, type OpenApi, type Schema } from './wire-comparison.js';
import { WIRE_DEVIATIONS } from './wire-deviations.js';

const root = join(import.meta.dirname, '../..');
const declarations = readFileSync(join(root, 'src/keepnet/wire.ts'), 'utf8');
const descriptionPath = process.env.KEEPNET_OPENAPI ?? join(root, '../shared/keepnet/openapi-subset.json');
const isAtHand = existsSync(descriptionPath);
if (!isAtHand)
  process.stderr.write(
    "Skipped: the wire types are not compared, Keepnet's description is not at hand (KEEPNET_OPENAPI).\n",
  );

const EXCHANGES: readonly Exchange[] = [
  { operation: 'POST /connect/token', response: 'WireTokenResponse' },
  {
    operation: 'POST /api/companies/search',
    request: 'WireCompanySearchRequest',
    response: 'WireEnvelope<WireCompanyPage>',
  },
  { operation: 'GET /api/companies/my', response: 'WireEnvelope<WireMyCompany[]>' },
  { operation: 'GET /api/companies/{resourceId}', response: 'WireEnvelope<WireCompanyDetails>' },
  { operation: 'GET /api/companies/{resourceId}/license-check', response: 'WireEnvelope<WireLicenseCheck>' },
  {
    operation: 'POST /api/target-users/search',
    request: 'WireTargetUserSearchRequest',
    response: 'WireEnvelope<WirePage<WireTargetUserRow>>',
  },
  { operation: 'GET /api/target-users/count-summary', response: 'WireEnvelope<WireCountSummary>' },
  {
    operation: 'POST /api/target-users/by-resource-ids',
    request: '{ targetUserResourceIds: string[] }',
    response: 'WireEnvelope<WireTargetUserBrief[]>',
  },
  { operation: 'GET /api/leaderboard/form-details', response: 'WireEnvelope<WireFormDetails>' },
  {
    operation: 'POST /api/leaderboard/get-all',
    request: 'WireLeaderboardRequest',
    response: 'WireEnvelope<WirePage<WireLeaderboardRow> | WireLeaderboardRow[]>',
  },
  {
    operation: 'POST /api/leaderboard/get-top-performers',
    request: 'WirePeriod',
    response: 'WireEnvelope<WirePage<WireLeaderboardRow> | WireLeaderboardRow[]>',
  },
  {
    operation: 'POST /api/leaderboard/get-user-timeline',
    request: 'WireTimelineRequest',
    response: 'WireEnvelope<WirePage<WireTimelineEvent> | WireTimelineEvent[]>',
  },
  {
    operation: 'POST /api/leaderboard/user-performance',
    request: 'WireUserPerformanceRequest',
    response: 'WireEnvelope<WireUserPerformanceRow[]>',
  },
  {
    operation: 'POST /api/executive-report/search',
    request: '{ name: string }',
    response: 'WireEnvelope<WireReportRow[]>',
  },
  { operation: 'GET /api/executive-report/{resourceId}', response: 'WireEnvelope<WireReport>' },
  { operation: 'GET /api/executive-report/metrics', response: 'WireEnvelope<WireMetrics>' },
  {
    operation: 'POST /api/executive-report/get-widget-datas',
    request: 'WireWidgetDataRequest',
    response: 'WireEnvelope<WireWidget[]>',
  },
  { operation: 'POST /api/companies/search/export', request: 'WireCompanySearchRequest & WireExportChoice' },
  { operation: 'POST /api/target-users/search/export', request: 'WireTargetUserSearchRequest & WireExportChoice' },
  { operation: 'POST /api/leaderboard/get-all/export', request: 'WireLeaderboardRequest & WireExportChoice' },
  { operation: 'POST /api/leaderboard/get-user-timeline/export', request: 'WireTimelineRequest & WireExportChoice' },
];

describe('the declared wire', () => {
  const describeWhereAtHand = isAtHand ? describe : describe.skip;

  describeWhereAtHand("against Keepnet's description", () => {
    const openApi = isAtHand ? (JSON.parse(readFileSync(descriptionPath, 'utf8')) as OpenApi) : undefined;
    const compare = (text: string) => compareWire(text, openApi as OpenApi, EXCHANGES);
    const listed = WIRE_DEVIATIONS.flatMap(({ operations, differs }) => operations.map((name) => `${name} ${differs}`));

    it('differs exactly where a reason is listed', () => {
      expect(compare(declarations).findings.sort()).toEqual([...listed].sort());
    });

    it('is compared as a whole: no declared interface is left out', () => {
      const declared = [...declarations.matchAll(/^export interface (\w+)/gm)].flatMap(([, name]) => name ?? []);
      // The description has nothing to say about this one: its answer is an untyped object there.
      const beyond = ['WireCountSummary'];
      expect(declared.length).toBeGreaterThan(30);
      const { reached } = compare(declarations);
      expect(declared.filter((name) => !reached.has(name))).toEqual(beyond);
    });

    it.each([
      ['a name that Keepnet does not use', 'companyResourceId?:', 'companyId?:'],
      ['a type that Keepnet does not send', 'privacyDurationId?: number', 'privacyDurationId?: string'],
      ['trust in a value that may be null', 'resellerName?: string | null', 'resellerName?: string'],
      ['trust in a value that may be absent', 'isEditable?: boolean', 'isEditable: boolean'],
    ])('goes red on %s', (_fault, right, wrong) => {
      expect(declarations).toContain(right);
      expect(compare(declarations.replace(right, wrong)).findings.sort()).not.toEqual([...listed].sort());
    });
  });
});

describe('compareWire', () => {
  const openApi: OpenApi = {
    paths: {
      '/rows': {
        post: {
          requestBody: {
            content: { 'application/json': { schema: object({ PageNumber: { type: 'integer' } }, ['PageNumber']) } },
          },
          responses: {
            201: {
              content: {
                'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/A%60Row' } } },
              },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        'A`Row': object({
          id: { type: 'string' },
          points: { type: 'integer', nullable: true },
          children: { type: 'array', items: { $ref: '#/components/schemas/A%60Row' } },
        }),
      },
    },
  };
  const row = 'interface Row { id?: string; points?: number | null; children?: Row[] }';
  const findingsOf = (declaration: string, request = '{ pageNumber: number }') =>
    compareWire(declaration, openApi, [{ operation: 'POST /rows', request, response: 'Row[]' }]).findings;

  it('finds nothing where both say the same, in a recursive type too', () => {
    expect(findingsOf(row)).toEqual([]);
  });

  it.each([
    ['id?: string', 'ID?: string', ['[].ID: not in the description', '[].id: not declared here']],
    ['id?: string', 'id?: number', ['[].id: string in the description, number here']],
    ['id?: string', 'id?: string | number', ['[].id: string in the description, number or string here']],
    ['id?: string', 'id: string', ['[].id: optional in the description, required here']],
    ['number | null', 'number', ['[].points: may be null in the description, not here']],
    ['Row[] }', 'Row }', ['[].children: array in the description, object here']],
  ])('tells %p and %p apart', (right, wrong, findings) => {
    expect(findingsOf(row.replace(right, wrong))).toEqual(findings.map((finding) => `POST /rows response${finding}`));
  });

  it('holds a request to what must be sent and what may be null', () => {
    expect(findingsOf(row, '{ pageNumber?: number | null }')).toEqual([
      'POST /rows request pageNumber: required by the description, optional here',
      'POST /rows request pageNumber: may be null here, not in the description',
    ]);
  });

  it('refuses an operation that is not described and a type that does not compile', () => {
    expect(() => compareWire(row, openApi, [{ operation: 'GET /rows', response: 'Row[]' }])).toThrow(
      'not in the description: GET /rows',
    );
    expect(() => compareWire('', openApi, [{ operation: 'POST /rows', response: 'Row[]' }])).toThrow(
      "Cannot find name 'Row'",
    );
  });
});

function object(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: 'object', properties, required };
}
