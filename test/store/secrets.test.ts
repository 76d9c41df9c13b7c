/** A secret is made once, however many ask for it at once, and stays. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { loadSecret } from '../../src/store/secrets.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';

describeOnBothDatabases('a secret', (makePlace) => {
  let place: TestPlace;
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(() => place.remove());

  it('is 32 bytes, the same for all who ask at once, and another under another name', async () => {
    const database = await place.open();
    const secrets = await Promise.all(Array.from({ length: 20 }, () => loadSecret(database, 'links')));
    expect(secrets[0]).toHaveLength(32);
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
    expect(await loadSecret(database, 'other')).not.toEqual(secrets[0]);
  });

  it('is the same after a restart', async () => {
    const database = await place.open();
    const before = await loadSecret(database, 'links');
    await database.close();
    expect(await loadSecret(await place.open(), 'links')).toEqual(before);
  });
});
