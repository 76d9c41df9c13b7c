/**
 * Where an export's file goes: to its name in one move when it is whole, or to standard output as it comes. Tried before anything
 * is asked for, so that an export of an hour is not in vain. Never over a file that is there, unless that was asked for.
 */
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { UsageError } from './cli-flags.js';

export interface Output {
  /** To be written to its end, once. */
  readonly stream: Writable;
  /** The file gets its name. @throws UsageError where somebody has made one of that name meanwhile */
  keep(): Promise<void>;
  /** Nothing is left of it, unless it was kept. */
  discard(): Promise<void>;
}

/** @throws UsageError where there is such a file, or there can be none */
export async function openOutput(path: string, mayReplace: boolean): Promise<Output> {
  if (path === '-') return toStandardOutput();
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new UsageError(`--out: ${path} is a directory; expected the name of a file`);
  if (found && !mayReplace) throw isThere(path);
  const partPath = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const handle = await openPart(partPath, path);
  return {
    stream: handle.createWriteStream({ flush: true }),
    keep: () => (mayReplace ? rename(partPath, path) : moveToNewName(partPath, path)),
    async discard() {
      await handle.close().catch(() => undefined);
      await rm(partPath, { force: true });
    },
  };
}

async function openPart(partPath: string, path: string): Promise<FileHandle> {
  try {
    return await open(partPath, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(`--out: ${path} cannot be written (${codeOf(error)})`);
  }
}

/** A second name is refused where there is one already, which a rename is not. Some file systems know no second names. */
async function moveToNewName(partPath: string, path: string): Promise<void> {
  try {
    await link(partPath, path);
    await rm(partPath);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || (await stat(path).catch(() => null))) throw isThere(path);
    await rename(partPath, path);
  }
}

/** Standard output stays open: it is not ours to end. */
function toStandardOutput(): Output {
  const stream = new Writable({
    write: (chunk, _encoding, done) => void process.stdout.write(chunk, done),
  });
  // Whoever reads it may have seen enough; the failed write tells.
  process.stdout.on('error', () => undefined);
  return { stream, keep: async () => undefined, discard: async () => undefined };
}

function isThere(path: string): UsageError {
  return new UsageError(`--out: ${path} is there already; --force replaces it`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
