/** A table as a stream: its rows by company in the order in which they land, as objects, a line for each page. */
import { badInput } from '../errors.js';
import { type Column, toObject } from '../tables/column.js';
import { createRowShape } from '../tables/feed-columns.js';
import { type FeedEvent, streamFeed } from '../tables/feed-stream.js';
import type { Table } from '../tables/table.js';
import type { OpenedRequest } from './open-request.js';
import { openTable, type TableParts } from './open-table.js';
import { type StreamLine, toCompanyRef } from './stream-lines.js';
import { parseTableRequest } from './table-request.js';

export interface TableStreamParts extends TableParts {
  readonly opened: OpenedRequest;
  readonly query: Readonly<Record<string, unknown>>;
}

/** @throws AppError BAD_USER_INPUT, COMPANY_NOT_FOUND, RATE_LIMITED, and what reading the directory throws */
export async function openTableStream(
  table: Table,
  { query, ...parts }: TableStreamParts,
): Promise<AsyncIterable<StreamLine>> {
  if (query.limit !== undefined) throw badInput('limit', 'a stream sends all rows; .ndjson of the table takes a limit');
  const asked = parseTableRequest(table, { schema: parts.catalogue.schema, format: 'ndjson', query });
  const { columns } = asked;
  const source = await openTable(table, asked, parts);
  return toLines(streamFeed({ ...source, columns }), createRowShape(table, columns).columns);
}

async function* toLines(events: AsyncIterable<FeedEvent>, columns: readonly Column[]) {
  for await (const event of events) yield toLine(event, columns);
}

function toLine(event: FeedEvent, columns: readonly Column[]): StreamLine {
  switch (event.kind) {
    case 'rows': {
      const { company, rows, isLast } = event;
      const data = {
        company: company && toCompanyRef(company),
        rows: rows.map((row) => toObject(columns, row)),
        isLast,
      };
      return { event: 'company', data };
    }
    case 'gap': {
      const { companyId, companyName, ...gap } = event.gap;
      const company = companyId === null ? null : toCompanyRef({ companyId, companyName });
      return { event: 'company', data: { company, gap } };
    }
    case 'coverage':
      return { event: 'done', data: { coverage: event.coverage } };
  }
}
