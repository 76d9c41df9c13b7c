/**
 * The queue of servers that share a PostgreSQL: pg-boss gives each word of work to one of them. It is told as soon as the work
 * is claimed, not when it is done: pg-boss 10 knows no heartbeat, only a fixed time after which work counts as lost, and a
 * part may wait for Keepnet for minutes. That a replica died with a part in hand is seen in the store (`worker.ts` beats there).
 */
import type PgBoss from 'pg-boss';
import { AppError } from '../errors.js';
import type { Database } from '../store/database.js';
import type { Log } from '../telemetry.js';
import type { Work, WorkQueue } from './work-queue.js';

export interface BossQueueOptions {
  readonly database: Database;
  /** Of the same database: pg-boss opens connections of its own. */
  readonly databaseUrl: string;
  readonly log: Log;
}

/** Loaded here, not at the top: a server without DATABASE_URL never needs it. @throws AppError STORE_UNAVAILABLE */
export async function createBossQueue({ database, databaseUrl, log }: BossQueueOptions): Promise<WorkQueue> {
  const { default: Boss } = await import('pg-boss');
  const boss = new Boss({
    connectionString: databaseUrl,
    schema: await findQueueSchema(database),
    ...CONNECTION_LIMITS,
    schedule: false,
    archiveCompletedAfterSeconds: KEEP_TAKEN_SECONDS,
    deleteAfterSeconds: KEEP_TAKEN_SECONDS,
  });
  boss.on('error', (error) => log.warn({ code: toCode(error) }, 'the queue of export work is in trouble'));
  try {
    await asking(() => install(boss, database));
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  return {
    async offer(works) {
      for (let start = 0; start < works.length; start += OFFERED_AT_ONCE) {
        const offered = works.slice(start, start + OFFERED_AT_ONCE).map(toMessage);
        await asking(() => boss.insert(offered));
      }
    },
    async take(most) {
      const messages = await boss.fetch<Work>(QUEUE, { batchSize: most });
      return messages.map(({ data: { jobId, callerId, position } }) => ({ jobId, callerId, position }));
    },
    // Word of a job that is finished finds nothing to claim.
    withdraw: () => undefined,
    close: () => boss.stop({ graceful: false }),
  };
}

const QUEUE = 'export-work';
/** Any number that nobody else in the database locks. */
const INSTALL_LOCK = 7_205_514_301;
/** Beside the store's connections. pg-boss hands them on to its pool: without them a lost network would be waited for for ever. */
const CONNECTION_LIMITS = { max: 2, connectionTimeoutMillis: 5_000, query_timeout: 15_000, keepAlive: true };
const OFFERED_AT_ONCE = 500;
/** What was taken is of no use any more; pg-boss moves it out of the way after so long. */
const KEEP_TAKEN_SECONDS = 600;

/** Beside the store's own schema, so that installations that share a database do not share their work. */
async function findQueueSchema(database: Database): Promise<string> {
  const [row] = await database.query<{ name: string | null }>('SELECT current_schema() AS name');
  const name = row?.name ?? 'public';
  return name === 'public' ? 'keepnet_graph_queue' : `${name}_queue`;
}

/** One replica after the other: pg-boss makes its tables safely, but two that make a queue at once end in a deadlock. */
async function install(boss: PgBoss, database: Database): Promise<void> {
  await database.transaction(async (inside) => {
    await inside.query('SELECT pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    await boss.start();
    await boss.createQueue(QUEUE, { name: QUEUE, policy: 'short', retryLimit: 0, expireInSeconds: KEEP_TAKEN_SECONDS });
  });
}

/**
 * Under the policy `short`, one key waits once. The first parts of every job come before the second parts of any: so jobs take
 * turns however many companies they have.
 */
function toMessage(work: Work) {
  return {
    name: QUEUE,
    data: { jobId: work.jobId, callerId: work.callerId, position: work.position },
    singletonKey: `${work.jobId}:${work.position ?? 'files'}`,
    priority: -(work.position ?? 0),
  };
}

async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const cause = new Error(`the queue's database answered ${toCode(error)}`);
    throw new AppError('STORE_UNAVAILABLE', 'The queue of export work cannot be used now.', { cause });
  }
}

/** Of PostgreSQL or of the socket; messages may name the host. */
function toCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
}
