/**
 * `npm run proof:rows`: a million rows, of 64 companies with 15,625 each, through the real worker, store and writers, as CSV and as
 * XLSX. Proves that memory does not grow with rows: the resident memory of the process grows by 150 MB at most. Exit code 1 where not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportFormat, ExportJobRow } from '../../src/exports/job.js';
import { startHost, untilFinished } from './hosts.js';

const COMPANIES = 64;
const ROWS = { rowsPerCompany: 15_625, rowsPerPage: 100, pauseMs: 0 };
const MOST_GROWTH_BYTES = 150 * 1024 * 1024;
const WITHIN_MS = 10 * 60 * 1000;

interface Memory {
  readonly rssBytes: number;
  readonly maxRssBytes: number;
}

/** A process of its own for each: the most that it ever had is not forgotten. */
async function measure(format: ExportFormat) {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'keepnet-graph-proof-'));
  const host = await startHost({ ...ROWS, dataDirectory, databaseUrl: null, isIdle: false, journalPath: null });
  try {
    const before = (await host.order({ order: 'memory' })) as Memory;
    const startedAtMs = performance.now();
    const request = { format, layout: 'COMBINED' };
    const { id } = (await host.order({ order: 'enqueue', companies: COMPANIES, request })) as ExportJobRow;
    const { state, rows, files } = await untilFinished(host, id, WITHIN_MS);
    const seconds = (performance.now() - startedAtMs) / 1000;
    const { maxRssBytes } = (await host.order({ order: 'memory' })) as Memory;
    const growthMb = Math.round((maxRssBytes - before.rssBytes) / 1024 / 1024);
    const fileMb = Math.round((files[0]?.bytes ?? 0) / 1024 / 1024);
    return {
      format,
      state,
      rows,
      seconds: Math.round(seconds),
      rowsPerSecond: Math.round(rows / seconds),
      fileMb,
      growthMb,
    };
  } finally {
    await host.stop();
    rmSync(dataDirectory, { recursive: true });
  }
}

for (const format of ['CSV', 'XLSX'] as const) {
  const figures = await measure(format);
  console.log(JSON.stringify(figures));
  const isProven = figures.state === 'SUCCEEDED' && figures.rows === COMPANIES * ROWS.rowsPerCompany;
  if (!isProven || figures.growthMb * 1024 * 1024 > MOST_GROWTH_BYTES) process.exitCode = 1;
}
