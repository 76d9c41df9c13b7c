/**
 * Several files as one zip archive, streamed one after another. Their names are made safe and unique here, whoever chose them.
 */
import { createFileNames } from '../file-names.js';
import { streamZip, type ZipPart } from './zip-parts.js';

export interface ZipEntry {
  /** What the file should be called, extension included. */
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
}

const EXTENSION = /\.([a-z0-9]{1,8})$/i;

/** Without entries it is an empty archive. Ends with the error of an entry, if there is one. */
export function writeZip(entries: AsyncIterable<ZipEntry>): AsyncIterable<Uint8Array> {
  return streamZip(toParts(entries));
}

async function* toParts(entries: AsyncIterable<ZipEntry>): AsyncGenerator<ZipPart> {
  const names = createFileNames();
  for await (const { name, body } of entries) {
    const extension = EXTENSION.exec(name)?.[1];
    const stem = extension === undefined ? name : name.slice(0, -extension.length - 1);
    yield { name: names.take(stem, extension ?? 'bin'), body };
  }
}
