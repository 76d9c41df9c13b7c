/** Tables come forward step by step, once, and never backward. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Database } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/migrations.js';
import { createLog } from '../../src/telemetry.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';

const log = createLog('silent');
const NEXT = [...MIGRATIONS, ['CREATE TABLE later (id INTEGER)', 'INSERT INTO later (id) VALUES (1)']];

describeOnBothDatabases('migrations', (makePlace) => {
  let place: TestPlace;
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(() => place.remove());

  const versions = async (database: Database) =>
    (await database.query('SELECT version FROM schema_versions ORDER BY version')).map(({ version }) => version);

  it('are done when a database is opened, and not again', async () => {
    const database = await place.open();
    expect(MIGRATIONS.length).toBeGreaterThan(0);
    expect(await versions(database)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    await migrate(database, log);
    expect(await versions(database)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('do only what is new', async () => {
    const database = await place.open();
    await database.query("INSERT INTO settings (name, value) VALUES ('kept', 'yes')");
    await migrate(database, log, NEXT);
    await migrate(database, log, NEXT);
    expect(await database.query('SELECT id FROM later')).toEqual([{ id: 1 }]);
    expect(await database.query('SELECT value FROM settings')).toEqual([{ value: 'yes' }]);
    expect(await versions(database)).toEqual(NEXT.map((_, index) => index + 1));
  });

  it('leave nothing behind where a step fails', async () => {
    const database = await place.open();
    const wrong = [...MIGRATIONS, ['CREATE TABLE later (id INTEGER)', 'INSERT INTO nowhere (id) VALUES (1)']];
    await expect(migrate(database, log, wrong)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await versions(database)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    await expect(database.query('SELECT id FROM later')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('refuse a database of a newer server, naming both versions, and change nothing', async () => {
    const database = await place.open();
    await migrate(database, log, NEXT);
    await database.close();
    await expect(place.open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(
        `are of version ${NEXT.length}, and this server knows version ${MIGRATIONS.length}`,
      ),
    });
  });

  it('are done once by servers that start at the same time', async () => {
    // The embedded database has one owner: there the same is asked of one connection.
    const databases = place.kind === 'postgresql' ? await Promise.all([1, 2, 3].map(place.open)) : [await place.open()];
    const [first] = databases;
    if (!first) throw new Error('no database was opened');
    await Promise.all([...databases, ...databases].map((database) => migrate(database, log, NEXT)));
    expect(await first.query('SELECT id FROM later')).toEqual([{ id: 1 }]);
    expect(await versions(first)).toEqual(NEXT.map((_, index) => index + 1));
  });
});
