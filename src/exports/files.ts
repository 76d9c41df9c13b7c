/**
 * The one place that touches files of exports, `<dataDirectory>/exports/<jobId>/…`. A file is whole or not there: it is written
 * beside its name as `.part`, flushed to the disk, renamed, and its folder flushed. Names are checked here again, whoever made them.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../errors.js';
import { untilAborted } from './until-aborted.js';

const PART = '.part';
/** What file systems allow, less the ending. */
const MAX_NAME_BYTES = 255 - PART.length;
const JOB_ID = /^[A-Za-z0-9]{22,64}$/;
/** Separators of both worlds, the colon of drives and streams, control characters, a dot at the head. */
const UNSAFE_NAME = /[/\\:\p{Cc}]|^\.|\.part$/u;

export interface WrittenFile {
  readonly bytes: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

export interface ReadableFile {
  readonly bytes: number;
  /** From byte `start` to byte `end`, both inclusive; the whole without a range. The caller ends or destroys it. */
  read(range?: { readonly start: number; readonly end: number }): Readable;
}

/** What a writer left that did not come to its end. */
export interface StrayPart {
  readonly jobId: string;
  readonly path: string;
  /** A part that grows still belongs to somebody. */
  readonly modifiedAtMs: number;
}

/** Where the files of a job are. @throws TypeError for what is no job's id */
export function parseJobDirectory(dataDirectory: string, jobId: string): string {
  if (!JOB_ID.test(jobId)) throw new TypeError('expected the id of an export job');
  return join(toExportsDirectory(dataDirectory), jobId);
}

/**
 * Resolves when the file would outlive a loss of power; a file of that name is replaced. After any failure, and when `signal` fires,
 * no part is left. @throws AppError STORAGE_FULL, TypeError for an unsafe name, what the body throws, the signal's reason
 */
export async function writeFile(
  directory: string,
  name: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<WrittenFile> {
  if (!isSafeName(name)) throw new TypeError('expected the name of a file, without a path');
  const path = join(directory, name);
  const partPath = path + PART;
  try {
    await makeDirectory(directory);
    const written = await writePart(partPath, body, signal);
    await rename(partPath, path);
    await syncDirectory(directory);
    return written;
  } catch (error) {
    await rm(partPath, { force: true });
    throw toStorageError(error);
  }
}

/** @throws AppError EXPORT_NOT_FOUND where no file has this name */
export async function openFile(directory: string, name: string): Promise<ReadableFile> {
  const path = join(directory, name);
  const stats = isSafeName(name) ? await readStats(path) : null;
  if (!stats?.isFile()) throw new AppError('EXPORT_NOT_FOUND', 'The export has no file of this name.');
  return { bytes: stats.size, read: (range) => createReadStream(path, range ?? {}) };
}

/** Replaces a file that has the new name; resolves when that would outlive a loss of power. @throws TypeError for unsafe names */
export async function renameFile(directory: string, name: string, newName: string): Promise<void> {
  if (!isSafeName(name) || !isSafeName(newName)) throw new TypeError('expected the names of files, without a path');
  await rename(join(directory, name), join(directory, newName));
  await syncDirectory(directory);
}

/** Names of the files of a folder; those of parts, and folders in it, are left out. */
export async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(emptyWhereMissing);
  return entries.filter((entry) => entry.isFile() && isSafeName(entry.name)).map(({ name }) => name);
}

/** With all that is in it; nothing where there is none. @throws TypeError for what is no job's id */
export async function removeJobDirectory(dataDirectory: string, jobId: string): Promise<void> {
  await rm(parseJobDirectory(dataDirectory, jobId), { recursive: true, force: true });
}

/** One file of a job, or a folder in it with all that it holds; nothing where there is none. @throws TypeError for an unsafe name */
export async function removeFile(directory: string, name: string): Promise<void> {
  if (!isSafeName(name)) throw new TypeError('expected the name of a file, without a path');
  await rm(join(directory, name), { recursive: true, force: true });
}

/** Of all jobs. Whether one is still being written is for the caller to know. */
export async function listStrayParts(dataDirectory: string): Promise<StrayPart[]> {
  const strays: StrayPart[] = [];
  for (const jobId of await listJobDirectories(dataDirectory)) {
    const directory = parseJobDirectory(dataDirectory, jobId);
    const names = await readdir(directory, { recursive: true }).catch(emptyWhereMissing);
    for (const name of names.filter((each) => each.endsWith(PART))) {
      const path = join(directory, name);
      const stats = await readStats(path);
      if (stats?.isFile()) strays.push({ jobId, path, modifiedAtMs: stats.mtimeMs });
    }
  }
  return strays;
}

export async function removeStrayPart({ path }: StrayPart): Promise<void> {
  await rm(path, { force: true });
}

/** The ids of the jobs that have a folder, so that those without a job can go. */
export async function listJobDirectories(dataDirectory: string): Promise<string[]> {
  const names = await readdir(toExportsDirectory(dataDirectory)).catch(emptyWhereMissing);
  return names.filter((name) => JOB_ID.test(name));
}

function toExportsDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'exports');
}

function isSafeName(name: string): boolean {
  return name !== '' && !UNSAFE_NAME.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/** Each folder that is new is flushed into the one that holds it. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

async function writePart(path: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of untilAborted(body, signal)) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      // Goes on where the last one ended, until all of the chunk is written.
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Without it the name itself may be gone after a loss of power. Windows cannot, and need not. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function toStorageError(error: unknown): unknown {
  const code = toErrorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError('STORAGE_FULL', 'The server has no room left for the file.', { cause: error });
}

async function readStats(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (toErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function emptyWhereMissing(error: unknown): never[] {
  if (toErrorCode(error) === 'ENOENT') return [];
  throw error;
}

function toErrorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
