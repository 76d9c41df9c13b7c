/**
 * Export files as Keepnet gives them: CSV, a real workbook, or a PDF of the smallest valid kind. Headings are the labels of
 * Keepnet's screens, not field names. An empty table is an error, as it is there.
 */
import { writeCsv } from 'hucre/csv';
import { type Answer, Refusal, refuseInput, toCrash } from './answer.js';
import type { Body } from './filters.js';

export interface ExportTable {
  /** Without extension. */
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** `CSV`, `Excel` or `PDF`, spelled just so. */
export async function toFile(table: ExportTable, body: Body): Promise<Answer> {
  const type = FILE_TYPES[String(body.exporttype)];
  if (type === undefined) return refuseInput('ExportType is not valid');
  if (table.rows.length === 0) throw new Refusal(toCrash());
  const fileName = `${table.name}.${type.extension}`;
  const headers = {
    'content-type': type.mediaType,
    'content-disposition': `attachment; filename="${fileName}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  };
  return { status: 200, headers, body: await type.write(table) };
}

/** The rows of the asked page, or all of them with `reportAllPages`. */
export function isAllPages(body: Body): boolean {
  return body.reportallpages === true;
}

interface FileType {
  readonly extension: string;
  readonly mediaType: string;
  readonly write: (table: ExportTable) => string | Uint8Array | Promise<Uint8Array>;
}

const FILE_TYPES: Readonly<Record<string, FileType>> = {
  CSV: { extension: 'csv', mediaType: 'text/csv; charset=utf-8', write: toCsv },
  Excel: {
    extension: 'xlsx',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: toWorkbook,
  },
  PDF: { extension: 'pdf', mediaType: 'application/pdf', write: toPdf },
};

function toCsv(table: ExportTable): string {
  return writeCsv(toCells(table));
}

async function toWorkbook(table: ExportTable): Promise<Uint8Array> {
  const { writeXlsx } = await import('hucre/xlsx');
  return writeXlsx({ sheets: [{ name: table.name.slice(0, 31), rows: toCells(table) }] });
}

function toCells(table: ExportTable): (string | number)[][] {
  return [[...table.headings], ...table.rows.map((row) => [...row])];
}

const PDF_LINES = 50;

/** One page with the first rows; characters outside Latin become question marks, as the built-in font has no others. */
function toPdf(table: ExportTable): Uint8Array {
  const lines = toCells(table).slice(0, PDF_LINES);
  const text = lines.map(
    (cells) =>
      `(${cells
        .join('  ')
        .replace(/[^ -~]/g, '?')
        .replace(/[\\()]/g, '\\$&')}) '`,
  );
  const content = `BT /F1 8 Tf 12 TL 30 800 Td\n${text.join('\n')}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(`${file}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}${trailer}`, 'latin1');
}
