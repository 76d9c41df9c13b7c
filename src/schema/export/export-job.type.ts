/** An export job as clients see it, with its files and its parts. Whose it is was settled before it came here. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ERROR_CODES, type ErrorCode } from '../../errors.js';
import type {
  ExportFormat,
  ExportJobRow,
  ExportKind,
  ExportLayout,
  ExportPart as ExportPartRow,
  ExportSource,
  ExportState,
  PartState,
} from '../../exports/job.js';
import { createConnectionType } from '../connection.js';
import { ErrorCodeEnum } from '../error-code.type.js';
import { toCompanyGlobalId, toExportJobGlobalId } from '../ids.js';
import { Node } from '../node/node.type.js';
import { DateTimeScalar, UrlScalar } from '../scalars.js';
import {
  ExportFormatEnum,
  ExportKindEnum,
  ExportLayoutEnum,
  ExportPartStateEnum,
  ExportSourceEnum,
  ExportStateEnum,
} from './export-enums.js';
import { ExportProgress, toPollAfterMs, toProgress } from './export-progress.js';

@ObjectType({ simpleResolvers: true, description: 'A file of an export, ready to be fetched.' })
export class ExportFile {
  @Field(() => String, { description: 'Name of the file.' })
  name: string;

  @Field(() => String, { description: 'Media type, for example `text/csv`.' })
  mediaType: string;

  @Field(() => Float, { description: 'Size in bytes.' })
  bytes: number;

  @Field(() => Int, { nullable: true, description: "Rows without the header; null for files of Keepnet's own." })
  rows: number | null;

  @Field(() => String, { description: 'SHA-256 of the file in hexadecimal digits.' })
  sha256: string;

  @Field(() => UrlScalar, {
    description: 'Where to fetch it; the address needs no other credential, so keep it secret.',
  })
  url: string;

  @Field(() => DateTimeScalar, {
    description: 'Until when the address is good; ask for the job again to get a new one.',
  })
  urlExpiresAt: string;
}

@ObjectType({ simpleResolvers: true, description: 'One company of an export.' })
export class ExportPart {
  @Field(() => ID, { nullable: true, description: 'Global id of the company; null for the list of companies itself.' })
  companyId: string | null;

  @Field(() => String, { description: 'Name of the company when the export was started.' })
  companyName: string;

  @Field(() => ExportPartStateEnum, { description: 'How far it is.' })
  state: PartState;

  @Field(() => ErrorCodeEnum, { nullable: true, description: 'Why it failed or was skipped; null otherwise.' })
  code: ErrorCode | null;

  @Field(() => String, { nullable: true, description: 'The same in a sentence.' })
  message: string | null;

  @Field(() => Int, { description: 'Rows so far.' })
  rows: number;

  @Field(() => Float, { description: 'Bytes so far.' })
  bytes: number;

  @Field(() => Int, { description: 'How often it was begun.' })
  attempts: number;
}

export const ExportPartConnection = createConnectionType(
  'ExportPart',
  () => ExportPart,
  'How many companies are in these states, on all pages.',
);

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'An export: kept on disk before it is answered, made in the background, there until it expires.',
})
export class ExportJob extends Node {
  @Field(() => ID, { description: 'Global id, `ExportJob:` and the id of the job.' })
  declare id: string;

  @Field(() => ExportKindEnum, { description: 'What it is of.' })
  kind: ExportKind;

  @Field(() => ExportFormatEnum, { description: 'The kind of file.' })
  format: ExportFormat;

  @Field(() => ExportLayoutEnum, { description: 'How its companies lie in the download.' })
  layout: ExportLayout;

  @Field(() => ExportSourceEnum, { description: 'Who makes the file; never AUTO.' })
  source: ExportSource;

  @Field(() => ExportStateEnum, { description: 'How far it is.' })
  state: ExportState;

  @Field(() => ErrorCodeEnum, {
    nullable: true,
    description:
      'Why it failed as a whole; null otherwise. Why single companies did is told by `coverage` and `parts`.',
  })
  code: ErrorCode | null;

  @Field(() => ExportProgress, { description: 'How far it is, in figures.' })
  progress: ExportProgress;

  @Field(() => Int, {
    nullable: true,
    description: 'After how many milliseconds to ask again; null when it is finished and will not change by itself.',
  })
  pollAfterMs: number | null;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  createdAt: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it began to be made.' })
  startedAt: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was finished.' })
  finishedAt: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when its files are kept.' })
  expiresAt: string | null;

  /** The row itself: the key to its files and parts. */
  row: ExportJobRow;
}

export const ExportJobConnection = createConnectionType(
  'ExportJob',
  () => ExportJob,
  'How many exports are in these states, on all pages.',
);

@ObjectType({ simpleResolvers: true, description: 'What a mutation on an export answers.' })
export class ExportPayload {
  @Field(() => ExportJob, { description: 'The export, as it is now.' })
  job: ExportJob;
}

export function toExportJob(row: ExportJobRow, nowMs = Date.now()): ExportJob {
  const { kind, format, layout, source } = row.request;
  return {
    id: toExportJobGlobalId(row.id),
    kind,
    format,
    layout,
    source,
    state: row.state,
    code: row.code,
    progress: toProgress(row, nowMs),
    pollAfterMs: toPollAfterMs(row, nowMs),
    createdAt: toInstantText(row.createdAtMs),
    startedAt: row.startedAtMs === null ? null : toInstantText(row.startedAtMs),
    finishedAt: row.finishedAtMs === null ? null : toInstantText(row.finishedAtMs),
    expiresAt: row.expiresAtMs === null ? null : toInstantText(row.expiresAtMs),
    row,
  };
}

export function toExportPart(part: ExportPartRow): ExportPart {
  const { companyName, state, code, message, rows, bytes, attempts } = part;
  return {
    companyId: toCompanyIdOf(part),
    companyName,
    state,
    code,
    message: message ?? (code && ERROR_CODES[code].meaning),
    rows,
    bytes,
    attempts,
  };
}

/** Global id; null where the part is the list of companies itself. */
export function toCompanyIdOf({ companyId }: ExportPartRow): string | null {
  return companyId === '*' ? null : toCompanyGlobalId(companyId);
}

export function toInstantText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
