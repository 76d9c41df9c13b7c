/**
 * A zip archive as a stream, one part after another: a part is asked for when the one before has been read to its end, so that
 * memory does not grow with their size. No clock and no time zone goes into the bytes. What the names are is the caller's affair;
 * archives above 4 GiB, or with many parts, become zip64 by themselves.
 */
import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZipPart {
  /** Unique in its archive, with `/` between folders. One that would lead out of it ends the archive with an error. */
  readonly name: string;
  /** Begun when the part before has ended. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The first moment of DOS time, in local time, because that is how the archiver reads it: so it is the same in every zone. Its
 * other stamp would be UTC and is left out.
 */
const PART_OPTIONS = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

/** Ends with the error of a part or of `parts`, if there is one. A reader who leaves early ends what is under way. */
export async function* streamZip(parts: AsyncIterable<ZipPart>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.on('error', (error: Error) => output.destroy(error));
  zip.outputStream.pipe(output);
  const feeding = feedParts(zip, parts, output).catch((error: Error) => {
    output.destroy(error);
  });
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
  } finally {
    output.destroy();
    await feeding;
  }
}

async function feedParts(zip: ZipFile, parts: AsyncIterable<ZipPart>, output: PassThrough): Promise<void> {
  for await (const { name, body } of parts) {
    if (output.destroyed) return;
    const source = Readable.from(body, { objectMode: false });
    const stopSource = (): void => void source.destroy();
    output.once('close', stopSource);
    zip.addReadStreamLazy(name, PART_OPTIONS, (start) => start(null, source));
    await finished(source);
    output.off('close', stopSource);
  }
  zip.end();
}
