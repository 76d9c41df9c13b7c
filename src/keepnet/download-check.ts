/**
 * Is it the file that was asked for? Told by status, headers and first bytes, before anybody is given a byte of it: Keepnet may
 * answer 200 with an envelope, a page of HTML or nothing. Also what the answer means where it is no file.
 */
import type { ByteStream, HttpDownload } from './download-body.js';
import type { FileFormat } from './endpoint.js';
import { parseAnswer } from './envelope.js';
import { CallFailure } from './failure.js';
import type { KeepnetDownload } from './session.js';
import type { HttpAnswer } from './transport.js';

/** A file of which the first bytes are here and are right. */
export interface ArrivingFile {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly head: readonly Uint8Array[];
  readonly rest: HttpDownload;
}

/** Read to its end, or as far as anything can be learned from it. */
export interface NoFile extends HttpAnswer {
  /** What speaks against its being a file, in words for the log. */
  readonly fault: string;
}

/** Ours: what Keepnet writes into its headers for them is not known to be right. */
export const FILE_TYPES: Readonly<Record<FileFormat, Pick<KeepnetDownload, 'mediaType' | 'extension'>>> = {
  CSV: { mediaType: 'text/csv; charset=utf-8', extension: 'csv' },
  XLSX: { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx' },
  PDF: { mediaType: 'application/pdf', extension: 'pdf' },
};

/** @throws as the body of `download` does */
export async function receive(download: HttpDownload, format: FileFormat): Promise<ArrivingFile | NoFile> {
  const { status, body } = download;
  const retryAfter = download.header('retry-after');
  const head = await readBlocks(body, HEAD_BYTES);
  const fault = findFault(format, download, Buffer.concat(head));
  if (fault === null) return { status, retryAfter, head, rest: download };
  const text = Buffer.concat([...head, ...(await readBlocks(body, MAX_REFUSAL_BYTES))]).toString('utf8');
  await body.return();
  return { status, retryAfter, body: text, fault };
}

/** Asked too early: the file is still being made, and asking again later is how to get it. */
export function isNotReady(status: number): boolean {
  return status === 201 || status === 202;
}

/** What an answer that is no file means: what its envelope says, and else that it is not what Keepnet promises. */
export function toFileFailure(answer: HttpAnswer, fault: string): CallFailure {
  try {
    parseAnswer(answer);
  } catch (thrown) {
    if (thrown instanceof CallFailure && thrown.kind !== 'BAD_RESPONSE') return thrown;
  }
  return new CallFailure('BAD_RESPONSE', fault, { status: answer.status });
}

/** As many bytes of the beginning as are looked at. */
const HEAD_BYTES = 8;
/** Far more than an envelope that says why there is no file. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** Null where nothing speaks against it. */
function findFault(
  format: FileFormat,
  { status, header }: Pick<HttpDownload, 'status' | 'header'>,
  head: Uint8Array,
): string | null {
  if (status !== 200) return 'a status that carries no file';
  if (/json|html/i.test(header('content-type') ?? '')) return 'JSON or HTML where a file was expected';
  if (head.length === 0) return 'an empty file';
  if ((header('content-encoding') ?? 'identity') !== 'identity') return 'compressed, which was not asked for';
  // Such a body ends where its connection does: cut short, it would look whole.
  if (header('content-length') === null && header('transfer-encoding') === null) return 'a file of untold length';
  return BEGINS[format](Buffer.from(head).toString('latin1')) ? null : `does not begin as ${format} does`;
}

const ZIP = 'PK\x03\x04';
const PDF = '%PDF-';

/** CSV has no mark of its own: after a byte order mark, it is text that is neither JSON, nor HTML, nor one of the others. */
const BEGINS: Readonly<Record<FileFormat, (head: string) => boolean>> = {
  CSV: (head) => !/^(\xef\xbb\xbf)?\s*[{<]/.test(head) && !head.startsWith(ZIP) && !head.startsWith(PDF),
  XLSX: (head) => head.startsWith(ZIP),
  PDF: (head) => head.startsWith(PDF),
};

/** Until there are so many bytes, or no more. */
async function readBlocks(body: ByteStream, byteCount: number): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  for (let left = byteCount; left > 0; ) {
    const step = await body.next();
    if (step.done) break;
    blocks.push(step.value);
    left -= step.value.length;
  }
  return blocks;
}
