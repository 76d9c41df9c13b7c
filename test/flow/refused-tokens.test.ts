/** JWT through the door: a good one sees its companies, and none of the others reaches anything behind it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { openIssuer, type TestIssuer } from '../support/issuer.js';
import { REFUSED_TOKENS } from '../support/refused-tokens.js';

const QUERY = '{ companies { totalCount } }';
let issuer: TestIssuer;
let house: House;

beforeAll(async () => {
  issuer = await openIssuer();
});
afterAll(() => issuer.close());

function openDoor(): Promise<House> {
  const { jwksUrl, issuer: name, audience } = issuer.settings;
  return openHouse({ env: { ACCESS: 'jwt', JWT_JWKS_URL: jwksUrl, JWT_ISSUER: name, JWT_AUDIENCE: audience } });
}

const askWith = (token: string) => house.ask(QUERY, {}, { authorization: `Bearer ${token}` });

describe('through the door', () => {
  beforeEach(async () => {
    house = await openDoor();
  });
  afterEach(() => house.close());

  it('a good token sees the companies of its claim, and never travels to Keepnet', async () => {
    const token = await issuer.sign({ companies: 'all' });
    expect((await askWith(token)).body).toEqual({ data: { companies: { totalCount: 25 } } });
    const asked = JSON.stringify(await house.asked());
    expect(asked).toContain('companies/search');
    expect(asked).not.toContain(token.slice(-40));
    expect((await askWith(await issuer.sign())).body).toEqual({ data: { companies: { totalCount: 0 } } });
  });

  it('an address with many refusals has to wait, but not with a token that was good before', async () => {
    const good = await issuer.sign({ companies: 'all' });
    expect((await askWith(good)).status).toBe(200);
    for (let count = 0; count < 30; count += 1) expect((await askWith('x.y.z')).status).toBe(401);
    const limited = await askWith('x.y.z');
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/);
    expect((await askWith(good)).status).toBe(200);
  });
});

/** As many as an address may try at one server before it has to wait. */
const AT_ONE_DOOR = 30;
const batches = [REFUSED_TOKENS.slice(0, AT_ONE_DOOR), REFUSED_TOKENS.slice(AT_ONE_DOOR, 2 * AT_ONE_DOOR)];

describe.each(batches.map((tokens) => ({ tokens })))('through the door', ({ tokens }) => {
  beforeAll(async () => {
    house = await openDoor();
    await house.simulator.clearJournal();
  });
  afterAll(() => house.close());

  it.each(tokens)('a token %s is refused, and Keepnet is not asked (%s)', async (_name, _reason, build) => {
    const token = await build(issuer);
    const { status, headers, text } = await askWith(token);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(text).not.toContain(token.slice(0, 40));
    expect(await house.asked()).toEqual([]);
    expect(JSON.stringify(house.logged())).not.toContain(token.slice(0, 40));
  });
});
