/**
 * The leaderboards of all customers as one workbook: started, awaited, downloaded, checked. The idempotency key makes a second start
 * on the same day the same export. Exits with 3 where customers are missing in the file.
 */
import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, readServer, type Server } from './client.js';
import { ExportResultDocument, type ExportResultQuery, StartLeaderboardsDocument } from './generated/operations.js';

type Job = NonNullable<ExportResultQuery['exportJob']>;

async function start(server: Server): Promise<string> {
  const { data } = await ask(server, StartLeaderboardsDocument, {
    input: {
      companies: { all: true },
      format: 'XLSX',
      layout: 'ONE_SHEET_PER_COMPANY',
      period: { preset: 'LAST_3_MONTHS' },
      idempotencyKey: `leaderboards-${new Date().toISOString().slice(0, 10)}`,
    },
  });
  return data.exportLeaderboard.job.id;
}

/** The job tells when it is worth asking again, until it is over. */
async function untilOver(server: Server, id: string): Promise<Job> {
  for (;;) {
    const { data, errors } = await ask(server, ExportResultDocument, { id });
    if (data.exportJob === null) throw new Error(errors[0]?.message ?? 'The export is not there.');
    if (data.exportJob.pollAfterMs === null) return data.exportJob;
    console.log(`${data.exportJob.state} ${data.exportJob.progress.percent} %`);
    await sleep(data.exportJob.pollAfterMs);
  }
}

/** The address is the credential. The file gets its name when it is what the job says. */
async function download({ name, url, bytes, sha256 }: Job['files'][number]): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  const content = Buffer.from(await response.arrayBuffer());
  if (createHash('sha256').update(content).digest('hex') !== sha256) throw new Error(`${name}: it broke on the way`);
  await writeFile(`${name}.part`, content, { mode: 0o600 });
  await rename(`${name}.part`, name);
  console.log(`${name}, ${bytes} bytes`);
}

const server = readServer();
const job = await untilOver(server, await start(server));
for (const file of job.files) await download(file);
if (job.files.length === 0) throw new Error(`There is no file: ${job.state}.`);
if (!job.coverage.complete) {
  for (const { companyName, code } of job.coverage.gaps) console.error(`missing: ${companyName} (${code})`);
  process.exitCode = 3;
}
