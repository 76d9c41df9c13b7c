/** A script of a Google sheet, which Looker Studio then reads: it has no connector of its own for addresses that ask for a key. */
import { type Reading, toPath, toQuery, withQuery } from './reading.js';

/** Rows of one answer: the most that the server gives at once. */
const LIMIT = '10000';

export function toSheetScript(reading: Reading): string {
  const address = withQuery(`${reading.origin}/${toPath(reading, 'json')}`, [['limit', LIMIT], ...toQuery(reading)]);
  const options = reading.isOpen ? '{}' : '{ headers: { Authorization: "Bearer " + readKey() } }';
  return `const ADDRESS = ${JSON.stringify(address)};
const SHEET = ${JSON.stringify(reading.table)};
const COLUMNS = ${JSON.stringify(reading.columns.map(({ name }) => name))};

function refresh() {
  const rows = [];
  for (let cursor = ""; cursor !== null; ) {
    const address = cursor === "" ? ADDRESS : ADDRESS + "&cursor=" + encodeURIComponent(cursor);
    const page = JSON.parse(UrlFetchApp.fetch(address, ${options}).getContentText());
    for (const row of page.rows) rows.push(COLUMNS.map((name) => toCell(row[name])));
    cursor = page.next;
  }
  const book = SpreadsheetApp.getActive();
  const sheet = book.getSheetByName(SHEET) ?? book.insertSheet(SHEET);
  sheet.clearContents();
  sheet.getRange(1, 1, rows.length + 1, COLUMNS.length).setValues([COLUMNS, ...rows]);
}

// The apostrophe keeps a text from being taken for a formula or a number.
function toCell(value) {
  if (value === null) return "";
  if (typeof value !== "string") return value;
  return /^\\d{4}-\\d\\d-\\d\\d(T[\\d:.]+Z)?$/.test(value) ? new Date(value) : "'" + value;
}
${reading.isOpen ? '' : READ_KEY}`;
}

const READ_KEY = `
function readKey() {
  return PropertiesService.getScriptProperties().getProperty("KEEPNET_GRAPH_KEY");
}
`;
