/** More requests than the server takes: the rest is told at once to come again, and whoever watches the server is always answered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { until } from '../support/until.js';

const MOST = 3;
const LIST = '{ companies { totalCount } }';

let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { MAX_REQUESTS_IN_FLIGHT: String(MOST) } });
});
afterAll(() => house.close());

const hanging = async () => (await house.asked()).filter(({ fault }) => fault === 'hang').length;

describe('a server with as many requests in flight as it takes', () => {
  it('refuses one more with the time to wait, asks nothing for it, and is well', async () => {
    await house.simulator.addFault({ kind: 'hang', path: '/api/companies/search' });
    const leaving = new AbortController();
    const under = Array.from({ length: MOST }, () =>
      fetch(`${house.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
        body: JSON.stringify({ query: LIST }),
        signal: leaving.signal,
      }).catch(() => 'left'),
    );
    await until(async () => (await hanging()) > 0, 'a call that hangs');
    await until(async () => (await house.ask('{ __typename }')).status === 503, 'a refusal');
    const { status, headers, body } = await house.ask('{ __typename }');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }] });
    expect((await fetch(`${house.url}/graphiql/`)).status).toBe(503);
    for (const path of ['/livez', '/readyz']) expect((await fetch(house.url + path)).status).toBe(200);
    leaving.abort();
    expect(await Promise.all(under)).toEqual(under.map(() => 'left'));
    await house.simulator.clearFaults();
    await until(async () => (await house.ask(LIST)).status === 200, 'room for a request');
  });

  it('counts a request once, however it ends', async () => {
    for (let turn = 0; turn < MOST * 3; turn += 1) {
      expect((await fetch(`${house.url}/nothing`)).status).toBe(404);
      expect((await house.ask('{ nothing }')).status).toBe(400);
    }
    const together = await Promise.all(Array.from({ length: MOST }, () => house.ask(LIST)));
    expect(together.map(({ status }) => status)).toEqual(together.map(() => 200));
  });
});
