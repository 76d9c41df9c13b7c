/**
 * One file per company in a zip archive, and last a `manifest.json` that names every company of the job: its file with size and
 * SHA-256, or why it has none. Streamed: a company's file is measured while it is written.
 */
import { createHash } from 'node:crypto';
import { createFileNames } from '../tables/file-names.js';
import { streamZip, type ZipPart } from '../tables/writers/zip-parts.js';
import type { ExportJobRow, ExportPart } from './job.js';

export interface ArchiveSource {
  readonly job: ExportJobRow;
  /** All of them, by position. */
  readonly parts: readonly ExportPart[];
}

export function toArchive(
  source: ArchiveSource,
  toBody: (part: ExportPart) => AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  return streamZip(toEntries(source, toBody));
}

interface Measured {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const MANIFEST_NAME = 'manifest.json';

async function* toEntries(
  { job, parts }: ArchiveSource,
  toBody: (part: ExportPart) => AsyncIterable<Uint8Array>,
): AsyncGenerator<ZipPart> {
  const names = createFileNames();
  names.take('manifest', 'json');
  const files = new Map<ExportPart, Measured>();
  for (const part of parts) {
    if (part.state !== 'SUCCEEDED' || isWithoutFile(job, part)) continue;
    const name = names.take(part.companyName, job.request.format.toLowerCase());
    yield { name, body: measure(name, toBody(part), (measured) => files.set(part, measured)) };
  }
  yield { name: MANIFEST_NAME, body: toManifest(job, parts, files) };
}

/** Keepnet makes no PDF of an empty table: nothing was kept. */
export function isWithoutFile({ request }: ExportJobRow, part: ExportPart): boolean {
  return request.source === 'KEEPNET_FILE' && part.bytes === 0;
}

async function* measure(name: string, body: AsyncIterable<Uint8Array>, tell: (measured: Measured) => void) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    yield chunk;
  }
  tell({ name, bytes, sha256: hash.digest('hex') });
}

/** Read when all files have been written: only then their sizes are known. */
async function* toManifest(
  job: ExportJobRow,
  parts: readonly ExportPart[],
  files: ReadonlyMap<ExportPart, Measured>,
): AsyncGenerator<Uint8Array> {
  const manifest = {
    job: job.id,
    kind: job.request.kind,
    format: job.request.format,
    source: job.request.source,
    createdAt: new Date(job.createdAtMs).toISOString(),
    complete: parts.every(({ state }) => state === 'SUCCEEDED'),
    companies: parts.map((part) => toManifestCompany(part, files.get(part))),
  };
  yield Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

function toManifestCompany(part: ExportPart, file: Measured | undefined) {
  return {
    id: part.companyId,
    name: part.companyName,
    state: part.state,
    code: part.code,
    file: file?.name ?? null,
    rows: part.state === 'SUCCEEDED' ? part.rows : null,
    bytes: file?.bytes ?? null,
    sha256: file?.sha256 ?? null,
  };
}
