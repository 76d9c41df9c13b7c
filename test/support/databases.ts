/**
 * Both databases for the same tests: a libsql file in a directory of its own, and PostgreSQL where DATABASE_URL names one, in a
 * schema of its own that is dropped afterwards. Where it names none, the tests are skipped and the run says so.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import pg from 'pg';
import type { Database } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';

export interface TestPlace {
  readonly kind: Database['kind'];
  /** Names the schema too, so that whoever opens it, another process included, sees the same tables. Null for libsql. */
  readonly databaseUrl: string | null;
  readonly dataDirectory: string;
  /** Of PostgreSQL, for others who keep tables beside ours (pg-boss); dropped with `${schema}_*` as well. */
  readonly schema: string;
  /** Opens it, once more where it is open already (PostgreSQL) or was closed. `remove` closes what is still open. */
  open(): Promise<Database>;
  remove(): Promise<void>;
}

type Suite = (makePlace: () => Promise<TestPlace>) => void;

/** The suite once for each database; `makePlace` makes an empty one. */
export function describeOnBothDatabases(name: string, suite: Suite): void {
  describe(`${name}, on libsql`, () => suite(() => makePlace('libsql', null)));
  const url = process.env.DATABASE_URL;
  if (url) {
    describe(`${name}, on PostgreSQL`, () => suite(() => makePlace('postgresql', url)));
  } else {
    console.warn(`DATABASE_URL names no PostgreSQL: "${name}" is tested on libsql only.`);
    describe.skip(`${name}, on PostgreSQL (SKIPPED: no DATABASE_URL)`, () => suite(() => makePlace('postgresql', '')));
  }
}

async function makePlace(kind: Database['kind'], serverUrl: string | null): Promise<TestPlace> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-test-'));
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const databaseUrl = serverUrl === null ? null : withSchema(serverUrl, schema);
  const opened: Database[] = [];
  if (serverUrl !== null) await run(serverUrl, `CREATE SCHEMA ${schema}`);
  return {
    kind,
    databaseUrl,
    dataDirectory,
    schema,
    async open() {
      const database = await openDatabase({ databaseUrl, dataDirectory, log: createLog('silent') });
      opened.push(database);
      return database;
    },
    async remove() {
      await Promise.all(opened.map((database) => database.close()));
      if (serverUrl !== null) await dropSchemas(serverUrl, schema);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function withSchema(serverUrl: string, schema: string): string {
  const url = new URL(serverUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return url.href;
}

async function dropSchemas(serverUrl: string, schema: string): Promise<void> {
  const found = await run(
    serverUrl,
    `SELECT nspname AS name FROM pg_namespace WHERE nspname = '${schema}' OR nspname LIKE '${schema}\\_%'`,
  );
  for (const { name } of found) await run(serverUrl, `DROP SCHEMA ${name} CASCADE`);
}

/** As the server's own user, outside the test's schema. */
async function run(url: string, sql: string): Promise<{ name: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ name: string }>(sql)).rows;
  } finally {
    await client.end();
  }
}
