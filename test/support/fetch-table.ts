/** Tables as BI tools read them: fetched by their address, and taken apart format by format, with readers that are not the server's. */
import { setTimeout as sleep } from 'node:timers/promises';
import readXlsxFile from 'read-excel-file/node';

export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

export interface FetchedTable {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body of `.json`, or of an error. */
  // biome-ignore lint/suspicious/noExplicitAny: looked at property by property
  readonly json: any;
}

export async function fetchTable(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<FetchedTable> {
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

export function toBasic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** Every page of a table as JSON, by `next`. */
export async function fetchPages(url: string, path: string, headers: Record<string, string> = {}) {
  const pages: FetchedTable['json'][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, json, text } = await fetchTable(url, cursor === '' ? path : withCursor(path, cursor), headers);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    pages.push(json);
    cursor = json.next;
    await sleep(0);
  }
  return pages;
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}

/** RFC 4180, cells as texts; an empty cell is null, an empty text `""` in quotes is ''. */
export function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (pattern.lastIndex < text.length) {
    const [, quoted, plain = '', end] = pattern.exec(text) ?? [];
    if (end === undefined) throw new Error('this is no CSV');
    row.push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain === '' ? null : plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** The first sheet, cells as the file types them. */
export async function readSheet(file: Buffer): Promise<unknown[][]> {
  const [sheet] = await readXlsxFile(file);
  return sheet?.data ?? [];
}
