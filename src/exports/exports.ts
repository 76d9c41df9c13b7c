/**
 * Export jobs as the rooms above see them. What `enqueue` answers is on disk; what a job becomes is told by `find`, and by
 * `watch` as it happens. Every method but `start` and `stop` takes who asks: a job of somebody else is not there.
 */
import type { Readable } from 'node:stream';
import type { ErrorCode } from '../errors.js';
import type { Column, Row } from '../tables/column.js';
import type { Span } from '../telemetry-tracing.js';
import type {
  ExportFileRow,
  ExportJobRow,
  ExportKind,
  ExportPart,
  ExportRequest,
  ExportState,
  ExportTarget,
  PartState,
} from './job.js';
import type { LinkState, SignedLink } from './links.js';

export interface EnqueueOptions {
  readonly callerId: string;
  readonly request: ExportRequest;
  readonly targets: readonly ExportTarget[];
  /** Null: every call is a new job. The same key with another request is IDEMPOTENCY_KEY_REUSED. */
  readonly idempotencyKey: string | null;
  /** What the client wrote, canonical: the same key must come with the same text. The targets do not count: companies come and go. */
  readonly inputText: string;
}

export interface Slice<Item> {
  readonly items: readonly Item[];
  readonly totalCount: number;
}

export interface SliceRequest {
  readonly offset: number;
  readonly limit: number;
}

export interface OpenedFile {
  readonly file: ExportFileRow;
  /** From byte `start` to byte `end`, both inclusive; the whole without a range. The caller ends or destroys it. */
  read(range?: { readonly start: number; readonly end: number }): Readable;
}

export interface Exports {
  /** Resolves when the job is on disk. Runs it as soon as there is room. @throws AppError */
  enqueue(options: EnqueueOptions): Promise<ExportJobRow>;
  /** Null where there is none, or it is another caller's. */
  find(callerId: string, jobId: string): Promise<ExportJobRow | null>;
  /** Newest first. */
  list(
    callerId: string,
    query: SliceRequest & { readonly states: readonly ExportState[] | null },
  ): Promise<Slice<ExportJobRow>>;
  parts(
    jobId: string,
    query: SliceRequest & { readonly states: readonly PartState[] | null },
  ): Promise<Slice<ExportPart>>;
  /** The failed parts again. @throws AppError EXPORT_NOT_FOUND, BAD_USER_INPUT where there is nothing to retry */
  retry(callerId: string, jobId: string): Promise<ExportJobRow>;
  /** A finished job stays as it is. @throws AppError EXPORT_NOT_FOUND */
  cancel(callerId: string, jobId: string): Promise<ExportJobRow>;
  /** The job now, at each change (at most twice a second), and a last time when it is finished; then it ends. */
  watch(callerId: string, jobId: string, signal: AbortSignal): AsyncIterable<ExportJobRow>;
  /** @throws AppError EXPORT_NOT_FOUND, EXPORT_NOT_READY */
  openFile(callerId: string, jobId: string, name: string): Promise<OpenedFile>;
  /** A path with its signature: `/exports/{id}/files/{name}?expires=…&caller=…&signature=…`, good for 15 minutes. */
  sign(callerId: string, jobId: string, name: string): { readonly path: string; readonly expiresAtMs: number };
  /** Of a link that `sign` made. Whether its caller may still see the job is asked by `openFile`. */
  verify(link: SignedLink): LinkState;
  /** Takes up what an earlier process left. */
  start(): Promise<void>;
  /** Takes no more, gives back what is running, and ends. */
  stop(): Promise<void>;
}

/** Handed in by `app.ts`: where rows and Keepnet's files come from. This room has never heard of GraphQL. */
export interface ExportSources {
  columns(kind: ExportKind): readonly Column[];
  /**
   * The rows of one company in pages, each asked for when the one before is written. Ends with the list's own end.
   * @throws AppError; the rows until then are worthless.
   */
  rows(request: ExportRequest, target: ExportTarget, context: SourceContext): AsyncIterable<readonly Row[]>;
  /** Keepnet's own file, as it came; null where there are no rows: Keepnet makes no file of an empty table. @throws AppError */
  file(request: ExportRequest, target: ExportTarget, context: SourceContext): Promise<KeepnetFile | null>;
}

export interface SourceContext {
  readonly callerId: string;
  /** Of the job, for logs and for fair turns. */
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** Of the part: the calls for it are told as parts of it. None unless told. */
  readonly span?: Span;
}

export interface KeepnetFile {
  readonly mediaType: string;
  readonly extension: 'csv' | 'xlsx' | 'pdf';
  /** As Keepnet counted them a moment before; nobody counts them in the file. */
  readonly rows: number;
  /** To be read once. Whoever does not read it to its end leaves the loop or calls `return`: it holds a socket. */
  readonly body: AsyncIterable<Uint8Array>;
}

export type PartFailure = { readonly code: ErrorCode; readonly message: string };
