/** What both databases promise alike: values, transactions, errors with their codes, and an end to what was closed. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Database } from '../../src/store/database.js';
import { insertRows } from '../../src/store/insert-rows.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';

describeOnBothDatabases('a database', (makePlace) => {
  let place: TestPlace;
  let database: Database;

  beforeEach(async () => {
    place = await makePlace();
    database = await place.open();
    await database.query('CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY, size BIGINT, name TEXT)');
  });
  afterEach(() => place.remove());

  const insert = (id: number, size: number | null, name: string | null) =>
    database.query('INSERT INTO things (id, size, name) VALUES ($1, $2, $3)', [id, size, name]);
  const ids = async () => (await database.query('SELECT id FROM things ORDER BY id')).map(({ id }) => id);

  it('gives back what was put in, of the same type, and nothing beside it', async () => {
    await insert(1, 1_759_999_999_999, 'Ünïcode ✓ \' " ; --');
    await insert(2, null, null);
    expect(await database.query('SELECT id, size, name FROM things ORDER BY id')).toEqual([
      { id: 1, size: 1_759_999_999_999, name: 'Ünïcode ✓ \' " ; --' },
      { id: 2, size: null, name: null },
    ]);
  });

  it('counts and sums in numbers', async () => {
    await insert(1, 3_000_000_000_000, null);
    await insert(2, 4_000_000_000_000, null);
    const rows = await database.query('SELECT count(*) AS n, sum(size) AS total FROM things');
    expect(rows).toEqual([{ n: 2, total: 7_000_000_000_000 }]);
  });

  it('takes a value as often as it is written, in any order', async () => {
    await insert(5, 7, 'five');
    expect(await database.query('SELECT name FROM things WHERE size = $2 AND id = $1 AND id = $1', [5, 7])).toEqual([
      { name: 'five' },
    ]);
  });

  it('answers the rows that a statement changed', async () => {
    await insert(1, 1, 'a');
    await insert(2, 1, 'b');
    expect(await database.query("UPDATE things SET size = 2 WHERE name = 'b' RETURNING id")).toEqual([{ id: 2 }]);
    expect(await database.query("UPDATE things SET size = 2 WHERE name = 'c' RETURNING id")).toEqual([]);
  });

  it('inserts more rows than a statement has values for', async () => {
    const rows = Array.from({ length: 12_000 }, (_, id) => [id, id, `name ${id}`]);
    await database.transaction((inside) => insertRows(inside, 'things', ['id', 'size', 'name'], rows));
    expect(await database.query('SELECT count(*) AS n, max(size) AS size FROM things')).toEqual([
      { n: 12_000, size: 11_999 },
    ]);
  });

  it('keeps all of a transaction', async () => {
    const answer = await database.transaction(async (inside) => {
      await inside.query('INSERT INTO things (id) VALUES (1)');
      await inside.query('INSERT INTO things (id) VALUES (2)');
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await ids()).toEqual([1, 2]);
  });

  it('keeps nothing of a transaction whose work throws, and throws the same', async () => {
    const problem = new Error('planted');
    const transaction = database.transaction(async (inside) => {
      await inside.query('INSERT INTO things (id) VALUES (1)');
      throw problem;
    });
    await expect(transaction).rejects.toBe(problem);
    expect(await ids()).toEqual([]);
  });

  it('keeps nothing of a transaction in which a statement fails, and works on', async () => {
    const transaction = database.transaction(async (inside) => {
      await inside.query('INSERT INTO things (id) VALUES (1)');
      await inside.query('INSERT INTO things (id) VALUES (1)');
    });
    await expect(transaction).rejects.toMatchObject({ code: 'INTERNAL' });
    await insert(2, null, null);
    expect(await ids()).toEqual([2]);
  });

  it('lets nothing else into a transaction: what comes meanwhile is not undone with it', async () => {
    let proceed = () => {};
    const pause = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const transaction = database.transaction(async (inside) => {
      await inside.query('INSERT INTO things (id) VALUES (1)');
      await pause;
      throw new Error('planted');
    });
    const beside = insert(2, null, null);
    await new Promise((resolve) => setTimeout(resolve, 20));
    proceed();
    await expect(transaction).rejects.toThrow('planted');
    await beside;
    expect(await ids()).toEqual([2]);
  });

  it('adds up what many transactions do at once', async () => {
    await insert(1, 0, null);
    const addOne = () =>
      database.transaction(async (inside) => {
        await inside.query('UPDATE things SET size = size + 1 WHERE id = 1');
        const [row] = await inside.query<{ size: number }>('SELECT size FROM things WHERE id = 1');
        return row?.size;
      });
    const sizes = await Promise.all(Array.from({ length: 30 }, addOne));
    expect([...sizes].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it('refuses a query that comes after the end of its transaction', async () => {
    const late = await database.transaction(async (inside) => () => inside.query('INSERT INTO things (id) VALUES (1)'));
    await expect(late()).rejects.toThrow('a query came after the end of its transaction');
    expect(await ids()).toEqual([]);
  });

  it('checks references', async () => {
    await database.query('CREATE TABLE parts (thing INTEGER NOT NULL REFERENCES things (id) ON DELETE CASCADE)');
    await expect(database.query('INSERT INTO parts (thing) VALUES (9)')).rejects.toMatchObject({ code: 'INTERNAL' });
    await insert(1, null, null);
    await database.query('INSERT INTO parts (thing) VALUES (1)');
    await database.query('DELETE FROM things');
    expect(await database.query('SELECT thing FROM parts')).toEqual([]);
  });

  it('takes a wrong statement for a fault of its own, not for trouble that passes', async () => {
    await expect(database.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({
      code: 'INTERNAL',
      retryable: false,
      message: 'Internal error.',
    });
  });

  it('is the same after it was closed and opened again', async () => {
    await insert(1, 1, 'kept');
    await database.close();
    const again = await place.open();
    expect(await again.query('SELECT id, name FROM things')).toEqual([{ id: 1, name: 'kept' }]);
  });

  it('can be closed twice, and says STORE_UNAVAILABLE then', async () => {
    await Promise.all([database.close(), database.close()]);
    await database.close();
    await expect(ids()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await expect(database.transaction(async () => 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
