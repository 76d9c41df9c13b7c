/**
 * The parts of an XLSX file beside its sheets: what is in it, under which names, and the few styles that cells refer to.
 */
import { toXmlText } from './xml-text.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE_RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE_RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const CORE_PROPERTIES = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties';
const CORE_RELATION = 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties';
const CONTENT_TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const SPREADSHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Places in the list of cell formats in `STYLES`. */
export const HEADER_STYLE = 1;
export const DATE_STYLE = 2;
export const DATE_TIME_STYLE = 3;

export const STYLES =
  `${DECLARATION}<styleSheet xmlns="${MAIN}">` +
  '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>' +
  '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

/** `_rels/.rels`. */
export function toPackageRelations({ hasCoreProperties }: { hasCoreProperties: boolean }): string {
  const core = `<Relationship Id="rId2" Type="${CORE_RELATION}" Target="docProps/core.xml"/>`;
  return (
    `${DECLARATION}<Relationships xmlns="${PACKAGE_RELATIONS}">` +
    `<Relationship Id="rId1" Type="${OFFICE_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>` +
    `${hasCoreProperties ? core : ''}</Relationships>`
  );
}

/** `docProps/core.xml`. */
export function toCoreProperties(createdAtMs: number): string {
  return (
    `${DECLARATION}<cp:coreProperties xmlns:cp="${CORE_PROPERTIES}" xmlns:dcterms="http://purl.org/dc/terms/" ` +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<dcterms:created xsi:type="dcterms:W3CDTF">${new Date(createdAtMs).toISOString()}</dcterms:created></cp:coreProperties>`
  );
}

/** `xl/workbook.xml`, with the sheets in their order. */
export function toWorkbook(sheetNames: readonly string[]): string {
  const sheets = sheetNames.map((name, index) => {
    const number = index + 1;
    return `<sheet name="${toXmlText(name)}" sheetId="${number}" r:id="rId${number}"/>`;
  });
  return (
    `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE_RELATIONS}"><bookViews><workbookView/></bookViews>` +
    `<sheets>${sheets.join('')}</sheets></workbook>`
  );
}

/** `xl/_rels/workbook.xml.rels`. */
export function toWorkbookRelations(sheetCount: number): string {
  const toRelation = (number: number, type: string, target: string): string =>
    `<Relationship Id="rId${number}" Type="${OFFICE_RELATIONS}/${type}" Target="${target}"/>`;
  const sheets = toNumbers(sheetCount).map((number) =>
    toRelation(number, 'worksheet', `worksheets/sheet${number}.xml`),
  );
  const styles = toRelation(sheetCount + 1, 'styles', 'styles.xml');
  return `${DECLARATION}<Relationships xmlns="${PACKAGE_RELATIONS}">${sheets.join('')}${styles}</Relationships>`;
}

/** `[Content_Types].xml`. */
export function toContentTypes(sheetCount: number, { hasCoreProperties }: { hasCoreProperties: boolean }): string {
  const toOverride = (part: string, type: string): string => `<Override PartName="${part}" ContentType="${type}"/>`;
  const sheets = toNumbers(sheetCount).map((number) =>
    toOverride(`/xl/worksheets/sheet${number}.xml`, `${SPREADSHEET_TYPE}.worksheet+xml`),
  );
  const core = toOverride('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml');
  return (
    `${DECLARATION}<Types xmlns="${CONTENT_TYPES}">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    toOverride('/xl/workbook.xml', `${SPREADSHEET_TYPE}.sheet.main+xml`) +
    toOverride('/xl/styles.xml', `${SPREADSHEET_TYPE}.styles+xml`) +
    `${sheets.join('')}${hasCoreProperties ? core : ''}</Types>`
  );
}

function toNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
