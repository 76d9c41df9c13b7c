/** The results for a reader: one table in Markdown, which reads as well in a terminal. */
import type { Summary } from './figures.js';
import type { Limit, Line } from './row.js';

export interface RowResult {
  readonly row: string;
  readonly lines: readonly Line[];
}

const HEADINGS = ['row', 'figure', 'server', 'IQR', 'p95', 'n', 'beside it', 'ratio', 'target', ''];

export function toTable(results: readonly RowResult[]): string {
  const rows = results.flatMap(({ row, lines }) => lines.map((line) => toCells(row, line)));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(...[heading, ...rows.map((cells) => cells[column] ?? '')].map(({ length }) => length)),
  );
  const toLine = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const ruler = `| ${widths.map((width) => '-'.repeat(Math.max(width, 3))).join(' | ')} |`;
  return [toLine(HEADINGS), ruler, ...rows.map(toLine)].join('\n');
}

function toCells(row: string, { figure, server, beside, limits }: Line): string[] {
  const isSingle = server.count === 1;
  return [
    row,
    figure,
    format(server.median),
    isSingle ? '' : format(server.iqr),
    server.count < MIN_FOR_P95 ? '' : format(server.p95),
    String(server.count),
    beside === undefined ? '' : `${format(beside.summary.median)} ${beside.name}`,
    beside === undefined ? '' : toRatio(server, beside.summary),
    limits.map(({ text }) => text).join(', '),
    toVerdict(limits),
  ];
}

/** Of fewer samples it would be little more than the largest. */
const MIN_FOR_P95 = 5;

function toRatio(server: Summary, other: Summary): string {
  return other.median > 0 ? (server.median / other.median).toFixed(2) : '';
}

function toVerdict(limits: readonly Limit[]): string {
  if (limits.length === 0) return '';
  return limits.every(({ isMet }) => isMet) ? 'met' : 'MISSED';
}

/** Three digits that matter, and no more behind the point than that takes. */
function format(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
