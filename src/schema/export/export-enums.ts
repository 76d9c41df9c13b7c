/** The closed sets of words in which exports are asked for and told about. */
import { registerEnumType } from 'type-graphql';
import type {
  ExportFormat,
  ExportKind,
  ExportLayout,
  ExportSource,
  ExportState,
  PartState,
} from '../../exports/job.js';

type Words<Word extends string> = { readonly [W in Word]: W };

export const ExportKindEnum: Words<ExportKind> = {
  LEADERBOARD: 'LEADERBOARD',
  USER_TIMELINE: 'USER_TIMELINE',
  TARGET_USERS: 'TARGET_USERS',
  COMPANIES: 'COMPANIES',
};

registerEnumType(ExportKindEnum, {
  name: 'ExportKind',
  description: 'What an export is of.',
  valuesConfig: {
    LEADERBOARD: { description: 'The leaderboards of companies.' },
    USER_TIMELINE: { description: 'What the users of one company did.' },
    TARGET_USERS: { description: 'The target users of companies.' },
    COMPANIES: { description: 'The list of companies itself.' },
  },
});

export const ExportFormatEnum: Words<ExportFormat> = { CSV: 'CSV', XLSX: 'XLSX', NDJSON: 'NDJSON', PDF: 'PDF' };

registerEnumType(ExportFormatEnum, {
  name: 'ExportFormat',
  description: 'The kind of file.',
  valuesConfig: {
    CSV: { description: 'Comma-separated values, UTF-8.' },
    XLSX: { description: 'A workbook for Excel.' },
    NDJSON: { description: 'One JSON object a line. Only BUILT.' },
    PDF: { description: 'For reading. Only as KEEPNET_FILE.' },
  },
});

export const ExportLayoutEnum: Words<ExportLayout> = {
  COMBINED: 'COMBINED',
  ONE_SHEET_PER_COMPANY: 'ONE_SHEET_PER_COMPANY',
  ONE_FILE_PER_COMPANY: 'ONE_FILE_PER_COMPANY',
};

registerEnumType(ExportLayoutEnum, {
  name: 'ExportLayout',
  description: 'How several companies lie in one download.',
  valuesConfig: {
    COMBINED: { description: 'All rows in one table, with the company in each.' },
    ONE_SHEET_PER_COMPANY: { description: 'A sheet for each company. Only XLSX that is BUILT.' },
    ONE_FILE_PER_COMPANY: { description: 'A ZIP archive with a file for each company and a manifest.' },
  },
});

/** `AUTO` is only asked for: a job knows what it has become. */
export type AskedExportSource = ExportSource | 'AUTO';

export const ExportSourceEnum: Words<AskedExportSource> = {
  AUTO: 'AUTO',
  KEEPNET_FILE: 'KEEPNET_FILE',
  BUILT: 'BUILT',
};

registerEnumType(ExportSourceEnum, {
  name: 'ExportSource',
  description: 'Who makes the file.',
  valuesConfig: {
    AUTO: { description: 'KEEPNET_FILE for PDF, otherwise BUILT. An export that was started has one of these two.' },
    KEEPNET_FILE: { description: "Keepnet's own file, one for each company, as it comes: CSV, XLSX or PDF." },
    BUILT: { description: 'Made by this server from the rows of the graph: CSV, XLSX or NDJSON.' },
  },
});

export const ExportStateEnum: Words<ExportState> = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  PARTIAL: 'PARTIAL',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
};

registerEnumType(ExportStateEnum, {
  name: 'ExportState',
  description: 'How far an export is.',
  valuesConfig: {
    QUEUED: { description: 'It is kept, and begins when there is room.' },
    RUNNING: { description: 'It is being made.' },
    SUCCEEDED: { description: 'Every company that may be read is in its files.' },
    PARTIAL: {
      description: 'Some companies failed; the others are in its files. `retryExport` asks the failed ones again.',
    },
    FAILED: { description: 'There is no file. `retryExport` tries again.' },
    CANCELLED: { description: 'It was cancelled; there is no file.' },
    EXPIRED: { description: 'Its time is over; its files have been removed.' },
  },
});

export const ExportPartStateEnum: Words<PartState> = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  SKIPPED: 'SKIPPED',
  CANCELLED: 'CANCELLED',
};

registerEnumType(ExportPartStateEnum, {
  name: 'ExportPartState',
  description: 'How far one company of an export is.',
  valuesConfig: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'Its rows are being fetched.' },
    SUCCEEDED: { description: 'Its rows are in.' },
    FAILED: { description: 'It was asked in vain; `code` says why.' },
    SKIPPED: { description: 'The customer closed its data to the reseller, so nothing was asked.' },
    CANCELLED: { description: 'The export was cancelled first.' },
  },
});
