/**
 * `keepnet-graph export`: an export from its start to a file on this machine, by a server that runs, or by one that this process
 * starts for the purpose and ends with it. Exit codes: 0 all of it, 3 with gaps that are told, 1 no file.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  createExportClient,
  type EndedJob,
  type ExportClient,
  ExportFailure,
  type JobFile,
} from './cli-export-client.js';
import { type ExportOrder, parseExportOrder } from './cli-export-order.js';
import { type Output, openOutput } from './cli-export-output.js';
import { createProgressLine } from './cli-export-progress.js';
import { UsageError } from './cli-flags.js';
import { type OpenedServer, startOwnServer } from './cli-own-server.js';
import { loadConfig, readEnvironment, requireCredentials } from './config.js';

const EXIT_FAILED = 1;
const EXIT_PARTIAL = 3;

/** Answers the exit code. When `signal` fires the export is cancelled. @throws UsageError, ConfigError */
export async function runExport(args: string[], signal: AbortSignal): Promise<number> {
  const order = parseExportOrder(args);
  const output = await openOutput(order.out, order.mayReplace);
  try {
    const server = order.serverUrl === null ? await openOwnServer(order) : await findServer(order);
    try {
      return await exportTo(output, order, createExportClient(server), signal);
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (signal.aborted) return fail('The export was cancelled.');
    if (error instanceof ExportFailure) return fail(error.message);
    throw error;
  } finally {
    await output.discard();
  }
}

async function exportTo(
  output: Output,
  order: ExportOrder,
  client: ExportClient,
  signal: AbortSignal,
): Promise<number> {
  await checkUpstream(client, order);
  // Not ended by the signal: what was started must be known to be cancelled.
  const started = await client.start(order);
  const line = createProgressLine(process.stderr);
  try {
    const job = await client.untilEnded(started, ({ progress }) => line.show(progress), signal);
    line.clear();
    return await takeFile(job, output, { order, client, signal });
  } catch (error) {
    line.clear();
    if (signal.aborted) await client.cancel(started.id);
    throw error;
  }
}

async function checkUpstream(client: ExportClient, { requiresKeepnet }: ExportOrder): Promise<void> {
  if ((await client.upstream()) === 'KEEPNET') return;
  if (requiresKeepnet) throw new ExportFailure('The server answers from the simulator, and --require-keepnet is set.');
  tell('From the simulator: these customers are invented.');
}

interface Taking {
  readonly order: ExportOrder;
  readonly client: ExportClient;
  readonly signal: AbortSignal;
}

async function takeFile(job: EndedJob, output: Output, { order, client, signal }: Taking): Promise<number> {
  tellGaps(job);
  if (job.state !== 'SUCCEEDED' && job.state !== 'PARTIAL') {
    throw new ExportFailure(`The export is ${job.state}${job.code === null ? '' : `: ${job.code}`}; there is no file.`);
  }
  const [file] = job.files;
  if (file === undefined) throw new ExportFailure('There are no rows, and Keepnet makes no file of an empty table.');
  await fetchWhole(file, output, client, signal);
  await output.keep();
  const rows = file.rows === null ? '' : `${file.rows} rows, `;
  tell(`${order.out === '-' ? 'Written' : order.out}: ${rows}${file.bytes} bytes, SHA-256 ${file.sha256}`);
  return job.state === 'PARTIAL' ? EXIT_PARTIAL : 0;
}

/** @throws ExportFailure where what came is not what the server says it is */
async function fetchWhole(file: JobFile, output: Output, client: ExportClient, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  const body = await client.fetchFile(file, signal);
  const measure = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(body, measure, output.stream, { signal });
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    throw new ExportFailure(`The file did not arrive whole (${code ?? name}).`);
  }
  if (hash.digest('hex') !== file.sha256)
    throw new ExportFailure('The file did not arrive as it was sent: its SHA-256 differs.');
}

function tellGaps({ coverage: { companiesInScope, answered, gaps } }: EndedJob): void {
  const missing = companiesInScope - answered;
  if (missing === 0) return;
  tell(`${missing} of ${companiesInScope} companies are not in the file:`);
  for (const { companyId, companyName, code, message } of gaps) {
    tell(`  ${companyName}${companyId === null ? '' : ` (${companyId})`}: ${code}, ${message}`);
  }
  if (missing > gaps.length) tell(`  and ${missing - gaps.length} more`);
}

function openOwnServer({ requiresKeepnet }: ExportOrder): Promise<OpenedServer> {
  const config = loadConfig(readEnvironment());
  if (requiresKeepnet) requireCredentials(config, '--require-keepnet');
  for (const warning of config.warnings) tell(warning);
  return startOwnServer(config, tell);
}

async function findServer({ serverUrl, keyFile }: ExportOrder): Promise<OpenedServer> {
  const url = serverUrl ?? '';
  const key = keyFile === null ? readEnvironment().KEEPNET_GRAPH_KEY : await readKey(keyFile);
  const { protocol, hostname } = new URL(url);
  if (key && protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) {
    throw new UsageError('--server: expected https, because a key would be readable on its way');
  }
  return { url, key: key || null, stop: async () => undefined };
}

async function readKey(keyFile: string): Promise<string> {
  try {
    return (await readFile(keyFile, 'utf8')).trim();
  } catch (error) {
    throw new UsageError(`--key-file: expected a readable file; got: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Beside the file, which may go to standard output. Names come from customers: what would steer a terminal is left out. */
function tell(text: string): void {
  process.stderr.write(`${text.replace(/\p{Cc}/gu, '')}\n`);
}

function fail(message: string): number {
  tell(message);
  return EXIT_FAILED;
}
