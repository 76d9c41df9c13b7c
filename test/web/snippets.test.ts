/** What the page for BI tools tells people to paste: in each language the values stay what they are, and no key is ever among them. */
import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { toCurl } from '../../web/connect/snippets/curl.js';
import { toSheetScript } from '../../web/connect/snippets/google-sheets.js';
import { toGrafanaSource } from '../../web/connect/snippets/grafana.js';
import { toODataFeed, toWebQuery } from '../../web/connect/snippets/power-query.js';
import { toPython } from '../../web/connect/snippets/python.js';
import { type Reading, toAddress, toODataAddress } from '../../web/connect/snippets/reading.js';
import { TOOLS } from '../../web/connect/snippets/tools.js';
import { toTypeScript } from '../../web/connect/snippets/typescript.js';

const NASTY = `O'Brien "the" $HOME \`id\` #(lf) \\ é & = + % ; \n{{x}} [[y]]`;

const READING: Reading = {
  origin: 'https://graph.example',
  table: 'target_users',
  parameters: [
    ['companies', 'qkmxDCT46yum,TKDeErCbhp6o'],
    ['status', 'ACTIVE'],
  ],
  columns: [
    { name: 'company_id', type: 'ID', description: '', isNullable: false },
    { name: 'points', type: 'INTEGER', description: '', isNullable: true },
    { name: 'created_at', type: 'DATE_TIME', description: '', isNullable: true },
  ],
  hasAllColumns: true,
  needsAll: false,
  isOpen: false,
};
const NASTY_READING: Reading = { ...READING, parameters: [['search', NASTY]] };

describe('an address', () => {
  it('says what was chosen, readable where it can be', () => {
    expect(toAddress(READING, 'csv')).toBe(
      'https://graph.example/tables/target_users.csv?companies=qkmxDCT46yum,TKDeErCbhp6o&status=ACTIVE',
    );
    expect(toAddress({ ...READING, parameters: [], hasAllColumns: false, needsAll: true }, 'json')).toBe(
      'https://graph.example/tables/target_users.json?columns=company_id,points,created_at&require=complete',
    );
    expect(toAddress({ ...READING, parameters: [] }, 'xlsx')).toBe('https://graph.example/tables/target_users.xlsx');
  });

  it('carries any value unchanged, and nothing that Grafana would take for a variable', () => {
    const address = toAddress(NASTY_READING, 'json');
    expect(new URL(address).searchParams.get('search')).toBe(NASTY);
    expect(address).not.toMatch(/[$"\s`{}[\]]/);
  });

  it('of OData has its columns as $select', () => {
    expect(toODataAddress({ ...READING, parameters: [], hasAllColumns: false, needsAll: true })).toBe(
      'https://graph.example/odata/target_users?$select=company_id,points,created_at&require=complete',
    );
  });
});

describe('a query in M', () => {
  it('has the server as a plain text, so that a scheduled refresh knows it, and the rest beside it', () => {
    const query = toWebQuery(READING);
    expect(query).toContain('Web.Contents("https://graph.example", [');
    expect(query).toContain('RelativePath = "tables/target_users.csv"');
    expect(query).toContain('Query = [companies = "qkmxDCT46yum,TKDeErCbhp6o", status = "ACTIVE"]');
  });

  it('gives each column its type, independent of the language of the reader', () => {
    const query = toWebQuery(READING);
    expect(query).toContain('{"points", Int64.Type}');
    expect(query).toContain('{"created_at", type datetimezone}');
    expect(query).toContain('"en-US"');
  });

  it('quotes what M would read otherwise', () => {
    const query = toWebQuery({
      ...READING,
      parameters: [
        ['type', 'a "b" #(lf)\n'],
        ['x-y', '#'],
      ],
    });
    expect(query).toContain('#"type" = "a ""b"" #(#)(lf)#(lf)"');
    expect(query).toContain('#"x-y" = "#"');
  });

  it('by OData asks the entity set, and has no options that are empty', () => {
    expect(toODataFeed({ ...READING, parameters: [] })).not.toContain('Query =');
    const feed = toODataFeed({ ...READING, hasAllColumns: false });
    expect(feed).toContain('OData.Feed("https://graph.example/odata/target_users", null, [');
    expect(feed).toContain('#"$select" = "company_id,points,created_at"');
  });
});

describe('a command for curl', () => {
  it('reaches curl with every value as it was written', () => {
    const asFunction = `curl() { printf '%s\\0' "$@"; cat; }\n${toCurl(NASTY_READING, 'csv')}`;
    const words = execFileSync('sh', ['-c', asFunction], { env: { KEEPNET_GRAPH_KEY: 'from the environment' } })
      .toString()
      .split('\0');
    expect(words).toContain(`search=${NASTY}`);
    expect(words).toContain('https://graph.example/tables/target_users.csv');
    expect(words.at(-1)).toBe('authorization: Bearer from the environment');
  });
});

describe('a script', () => {
  it('for TypeScript has the type of a row and the address as a text', () => {
    const module = toTypeScript(NASTY_READING);
    expect(module).toContain('  points: number | null;\n  created_at: string | null;');
    expect(module).toContain('export interface TargetUsersRow {');
    expect(addressIn(module)).toBe(toAddress(NASTY_READING, 'ndjson'));
  });

  it('for Python has the address as a text', () => {
    expect(JSON.parse(toPython(NASTY_READING).match(/^ADDRESS = (.*)$/m)?.[1] ?? '')).toBe(
      toAddress(NASTY_READING, 'ndjson'),
    );
  });

  it('for a sheet reads page after page, and writes texts so that none is run as a formula', () => {
    const pages = [
      { rows: [{ company_id: '=1+1', points: 1.5, created_at: '2026-01-31T10:00:00Z' }], next: 'c 1' },
      { rows: [{ company_id: '007', points: null, created_at: null }], next: null },
    ];
    const asked: unknown[] = [];
    let written: unknown[][] = [];
    const sheet = {
      clearContents: () => undefined,
      getRange: (...range: number[]) => ({
        setValues: (cells: unknown[][]) => {
          expect(range).toEqual([1, 1, 3, 3]);
          written = cells;
        },
      }),
    };
    runInNewContext(`${toSheetScript(READING)}\nrefresh();`, {
      UrlFetchApp: {
        fetch: (address: string, options: { headers: unknown }) => {
          asked.push([address, { ...(options.headers as object) }]);
          return { getContentText: () => JSON.stringify(pages[asked.length - 1]) };
        },
      },
      PropertiesService: { getScriptProperties: () => ({ getProperty: () => 'the key' }) },
      SpreadsheetApp: { getActive: () => ({ getSheetByName: () => sheet }) },
    });
    const first =
      'https://graph.example/tables/target_users.json?limit=10000&companies=qkmxDCT46yum,TKDeErCbhp6o&status=ACTIVE';
    expect(asked).toEqual([
      [first, { Authorization: 'Bearer the key' }],
      [`${first}&cursor=c%201`, { Authorization: 'Bearer the key' }],
    ]);
    expect(JSON.parse(JSON.stringify(written))).toEqual([
      ['company_id', 'points', 'created_at'],
      ["'=1+1", 1.5, '2026-01-31T10:00:00.000Z'],
      ["'007", '', ''],
    ]);
  });
});

describe('a data source for Grafana', () => {
  it('sends the key to this server alone, and takes it from the environment', () => {
    const source = toGrafanaSource(READING);
    expect(source).toContain('allowedHosts: ["https://graph.example"]');
    expect(source).toContain('basicAuthPassword: $KEEPNET_GRAPH_KEY');
    expect(toGrafanaSource({ ...READING, isOpen: true })).not.toMatch(/auth/i);
  });
});

describe('every tool', () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    '%s asks for a key only where the server does',
    (_, tool) => {
      const format = tool.formats[0] ?? 'csv';
      const say = (reading: Reading) =>
        [tool.address(reading, format), tool.snippet?.text(reading, format), ...tool.steps(reading)].join('\n');
      expect(tool.address(READING, format)).toMatch(/^https:\/\/graph\.example\/(tables|odata)\/target_users/);
      expect(say(READING)).toMatch(/KEEPNET_GRAPH_KEY|password|API key/);
      expect(say({ ...READING, isOpen: true })).not.toMatch(/KEEPNET_GRAPH_KEY|password|Bearer/);
    },
  );
});

function addressIn(module: string): unknown {
  return runInNewContext(module.match(/^const ADDRESS = (.*);$/m)?.[1] ?? '');
}
