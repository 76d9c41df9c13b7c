/**
 * What `keepnet-graph export` is asked for: its flags as the input of a mutation, a place for the file, and a server. Only the
 * form is checked here; what a filter may say, and which files can be had, the server decides.
 */
import { readFlags, UsageError } from './cli-flags.js';

export const EXPORT_KINDS = ['leaderboard', 'user-timeline', 'target-users', 'companies'] as const;
export type ExportKindName = (typeof EXPORT_KINDS)[number];

export interface ExportOrder {
  readonly kind: ExportKindName;
  /** Of the kind's mutation, as JSON. */
  readonly input: Readonly<Record<string, unknown>>;
  /** `-` is standard output. */
  readonly out: string;
  readonly mayReplace: boolean;
  /** Without a slash at its end; null: a server of this process's own. */
  readonly serverUrl: string | null;
  readonly keyFile: string | null;
  readonly requiresKeepnet: boolean;
}

/** @throws UsageError */
export function parseExportOrder([name, ...args]: string[]): ExportOrder {
  const kind = EXPORT_KINDS.find((each) => each === name);
  if (kind === undefined) {
    throw new UsageError(`export: expected one of ${EXPORT_KINDS.join(', ')}; got: ${name ?? 'nothing'}`);
  }
  const flags = readFlags(args, FLAGS);
  const stranger = Object.keys(flags).find((flag) => !COMMON.has(flag) && !OWN[kind].includes(flag));
  if (stranger !== undefined) throw new UsageError(`--${stranger} is not for export ${kind}`);
  if (flags.out === undefined) throw new UsageError('--out: expected a file, or - for standard output');
  if (flags['idempotency-key'] !== undefined && flags.server === undefined) {
    throw new UsageError('--idempotency-key needs --server: without one nothing is kept that could be found again');
  }
  return {
    kind,
    input: toInput(kind, flags),
    out: flags.out,
    mayReplace: flags.force ?? false,
    serverUrl: flags.server === undefined ? null : parseServerUrl(flags.server),
    keyFile: flags['key-file'] ?? null,
    requiresKeepnet: flags['require-keepnet'] ?? false,
  };
}

const TEXT = { type: 'string' } as const;
const YES = { type: 'boolean' } as const;

const FLAGS = {
  companies: TEXT,
  users: TEXT,
  filter: TEXT,
  preset: TEXT,
  from: TEXT,
  to: TEXT,
  format: TEXT,
  layout: TEXT,
  source: TEXT,
  bom: YES,
  'idempotency-key': TEXT,
  out: TEXT,
  force: YES,
  server: TEXT,
  'key-file': TEXT,
  'require-keepnet': YES,
};

type Flags = { readonly [Flag in keyof typeof FLAGS]?: (typeof FLAGS)[Flag] extends typeof YES ? boolean : string };

/** What some exports have and others have not. */
const OWN: Readonly<Record<ExportKindName, readonly string[]>> = {
  leaderboard: ['companies', 'layout', 'preset', 'from', 'to'],
  'user-timeline': ['companies', 'users', 'preset', 'from', 'to'],
  'target-users': ['companies', 'layout'],
  companies: [],
};
const COMMON = new Set(Object.keys(FLAGS).filter((flag) => !Object.values(OWN).flat().includes(flag)));

/** What was not written is left out, for the server's defaults to stand in. */
function toInput(kind: ExportKindName, flags: Flags): ExportOrder['input'] {
  const input = {
    ...parseCompanies(kind, flags),
    targetUsers: flags.users?.split(',').map((id) => id.trim()),
    format: parseWord('format', flags.format, ['csv', 'xlsx', 'ndjson', 'pdf']),
    layout: flags.layout && parseWord('layout', flags.layout, LAYOUTS),
    source: flags.source && parseWord('source', flags.source, ['auto', 'built', 'keepnet-file']),
    bom: flags.bom,
    filter: flags.filter && parseFilter(flags.filter),
    period: flags.preset || flags.from || flags.to ? toPeriod(flags) : undefined,
    idempotencyKey: flags['idempotency-key'],
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

const LAYOUTS = ['combined', 'one-sheet-per-company', 'one-file-per-company'];

/** A word of the graph in lower case and with dashes. */
function parseWord(flag: string, written: string | undefined, words: readonly string[]): string {
  if (written !== undefined && words.includes(written)) return written.toUpperCase().replaceAll('-', '_');
  throw new UsageError(`--${flag}: expected one of ${words.join(', ')}; got: ${written ?? 'nothing'}`);
}

function parseCompanies(kind: ExportKindName, { companies }: Flags): Readonly<Record<string, unknown>> {
  if (kind === 'companies') return {};
  const ids = (companies ?? '').split(',').map((id) => id.trim());
  if (kind === 'user-timeline') {
    const [company, second] = ids;
    if (company && second === undefined && company !== 'all') return { company };
    throw new UsageError(`--companies: expected the id of one company for ${kind}; got: ${companies ?? 'nothing'}`);
  }
  if (companies?.trim() === 'all') return { companies: { all: true } };
  if (ids.every((id) => id !== '')) return { companies: { ids } };
  throw new UsageError(`--companies: expected ids separated by commas, or all; got: ${companies || 'nothing'}`);
}

function toPeriod({ preset, from, to }: Flags): Readonly<Record<string, unknown>> {
  return { preset: preset?.toUpperCase().replaceAll('-', '_'), from, to };
}

function parseFilter(written: string): object {
  const parsed = parseJson(written);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new UsageError(`--filter: expected a JSON object such as {"search":"Ada"}; got: ${written}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseServerUrl(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : null;
  const isPlain = url !== null && !url.username && !url.password && !url.search && !url.hash;
  if (isPlain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new UsageError('--server: expected a http or https URL without user, query or fragment');
}
