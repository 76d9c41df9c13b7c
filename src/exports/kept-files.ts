/**
 * What a job has on disk: in `parts/` what each part kept, beside it the files that can be fetched. Whoever writes does so under a
 * name of his claim, and gives the file its own name when it is whole: two who write at once, because one was taken for dead, do
 * not touch each other. What a part kept is named by its content, so that what was recorded is what is read.
 */
import { join } from 'node:path';
import type { Row } from '../tables/column.js';
import {
  listFiles,
  listJobDirectories,
  listStrayParts,
  openFile,
  parseJobDirectory,
  type ReadableFile,
  removeFile,
  removeJobDirectory,
  removeStrayPart,
  renameFile,
  type WrittenFile,
  writeFile,
} from './files.js';
import type { ExportPart } from './job.js';
import type { FilesClaim, PartClaim } from './job-store.js';
import { readRowSpool, type SpoolOptions, tellBytes, writeRowSpool } from './row-spool.js';

export type WriteOptions = Required<SpoolOptions>;

export interface KeptFiles {
  of(jobId: string): JobFolder;
  /** Jobs that have something on disk. */
  jobIds(): Promise<readonly string[]>;
  /** What interrupted writing left behind before then. */
  removeStrays(modifiedBeforeMs: number): Promise<void>;
}

export interface JobFolder {
  /** @throws AppError STORAGE_FULL, and what the pages throw */
  keepRows(claim: PartClaim, pages: AsyncIterable<readonly Row[]>, options: WriteOptions): Promise<WrittenFile>;
  /** @throws AppError STORAGE_FULL, and what the body throws */
  keepBytes(claim: PartClaim, body: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenFile>;
  /** Those that are not on disk. */
  findLost(parts: readonly ExportPart[]): Promise<readonly ExportPart[]>;
  readRows(part: ExportPart): AsyncIterable<readonly Row[]>;
  readBytes(part: ExportPart): AsyncIterable<Uint8Array>;
  removeParts(): Promise<void>;
  /** @throws AppError STORAGE_FULL, and what the body throws */
  writeFile(
    name: string,
    claim: FilesClaim,
    body: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenFile>;
  /** @throws AppError EXPORT_NOT_FOUND */
  openFile(name: string): Promise<ReadableFile>;
  removeFilesExcept(names: readonly string[]): Promise<void>;
  /** All of it. */
  remove(): Promise<void>;
}

export function createKeptFiles(dataDirectory: string): KeptFiles {
  return {
    of: (jobId) => openFolder(dataDirectory, jobId),
    jobIds: () => listJobDirectories(dataDirectory),
    async removeStrays(modifiedBeforeMs) {
      for (const stray of await listStrayParts(dataDirectory)) {
        if (stray.modifiedAtMs < modifiedBeforeMs) await removeStrayPart(stray);
      }
    },
  };
}

function openFolder(dataDirectory: string, jobId: string): JobFolder {
  const directory = parseJobDirectory(dataDirectory, jobId);
  const partsDirectory = join(directory, PARTS);
  const keep = async ({ position, token }: PartClaim, written: WrittenFile) => {
    await renameFile(partsDirectory, token, toPartName({ position, sha256: written.sha256 }));
    return { bytes: written.bytes, sha256: written.sha256 };
  };
  return {
    keepRows: async (claim, pages, options) =>
      keep(claim, await writeRowSpool(partsDirectory, claim.token, pages, options)),
    keepBytes: async (claim, body, { signal, onBytes }) =>
      keep(claim, await writeFile(partsDirectory, claim.token, tellBytes(body, onBytes), signal)),
    async findLost(parts) {
      const names = new Set(await listFiles(partsDirectory));
      return parts.filter((part) => !names.has(toPartName(part)));
    },
    readRows: (part) => readRowSpool(partsDirectory, toPartName(part)),
    readBytes: (part) => readWhole(partsDirectory, toPartName(part)),
    removeParts: () => removeFile(directory, PARTS),
    async writeFile(name, { token }, body, { signal, onBytes }) {
      const written = await writeFile(directory, token, tellBytes(body, onBytes), signal);
      await renameFile(directory, token, name);
      return written;
    },
    openFile: (name) => openFile(directory, name),
    async removeFilesExcept(names) {
      for (const name of await listFiles(directory)) if (!names.includes(name)) await removeFile(directory, name);
    },
    remove: () => removeJobDirectory(dataDirectory, jobId),
  };
}

const PARTS = 'parts';

function toPartName({ position, sha256 }: Pick<ExportPart, 'position' | 'sha256'>): string {
  return `${position}-${sha256}`;
}

async function* readWhole(directory: string, name: string): AsyncGenerator<Uint8Array> {
  const { read } = await openFile(directory, name);
  yield* read();
}
