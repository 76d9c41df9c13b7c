/** Which configurations a server starts with, and whom it lets in then: by the command line as it is built. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type Commands, createCommands } from '../support/commands.js';
import { makeKey, revokeKey } from '../support/keys.js';
import { createServings, type Servings } from '../support/serving.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';

let simulator: TestSimulator;
let servings: Servings;
let commands: Commands;
let keepnet: Readonly<Record<string, string>>;

beforeAll(async () => {
  simulator = await startSimulator({ companies: 3, users: 5 });
  servings = createServings();
  commands = createCommands();
  keepnet = {
    KEEPNET_BASE_URL: simulator.url,
    KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
    KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
  };
});
afterEach(() => {
  servings.killAll();
  commands.killAll();
});
afterAll(async () => {
  servings.remove();
  commands.remove();
  await simulator.stop();
});

const JWT = {
  JWT_JWKS_URL: 'https://issuer.example/keys',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'graph',
};

interface Row {
  readonly what: string;
  /** Whether the simulator or Keepnet answers. */
  readonly upstream: 'simulator' | 'keepnet';
  readonly env: Readonly<Record<string, string>>;
  /** What was done with keys before. */
  readonly keys?: 'one' | 'revoked';
}

async function toEnvironment({ upstream, env, keys }: Row): Promise<Record<string, string>> {
  const dataDirectory = servings.newDirectory();
  const key = keys === undefined ? null : await makeKey(dataDirectory);
  if (key !== null && keys === 'revoked') await revokeKey(dataDirectory, key.id);
  return { DATA_DIR: dataDirectory, ...(upstream === 'keepnet' && keepnet), ...env };
}

async function statusFor(url: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ __typename }' });
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status;
}

describe('a server', () => {
  it.each<Row & { anonymous: number }>([
    { what: 'open over the simulator', upstream: 'simulator', env: {}, anonymous: 200 },
    {
      what: 'with keys over the simulator, none made yet',
      upstream: 'simulator',
      env: { ACCESS: 'keys' },
      anonymous: 401,
    },
    {
      what: 'with keys over the simulator for others',
      upstream: 'simulator',
      env: { HOST: '0.0.0.0' },
      anonymous: 401,
    },
    { what: 'open over Keepnet, as written out', upstream: 'keepnet', env: { ACCESS: 'open' }, anonymous: 200 },
    { what: 'with a key over Keepnet', upstream: 'keepnet', env: {}, keys: 'one', anonymous: 401 },
    {
      what: 'with a key over Keepnet for others',
      upstream: 'keepnet',
      env: { HOST: '0.0.0.0' },
      keys: 'one',
      anonymous: 401,
    },
    { what: 'with JWT over Keepnet', upstream: 'keepnet', env: { ACCESS: 'jwt', ...JWT }, anonymous: 401 },
  ])('starts $what, and answers $anonymous to nobody', async (row) => {
    const { url } = await servings.serve(await toEnvironment(row));
    expect(await statusFor(url.replace('0.0.0.0', '127.0.0.1'))).toBe(row.anonymous);
  });

  it.each<Row & { names: string }>([
    { what: 'over Keepnet with nobody to let in', upstream: 'keepnet', env: {}, names: 'ACCESS' },
    {
      what: 'over Keepnet with nobody to let in, for others',
      upstream: 'keepnet',
      env: { HOST: '0.0.0.0' },
      names: 'ACCESS',
    },
    {
      what: 'over Keepnet with a key that was revoked',
      upstream: 'keepnet',
      env: {},
      keys: 'revoked',
      names: 'ACCESS',
    },
    {
      what: 'open over Keepnet for others',
      upstream: 'keepnet',
      env: { ACCESS: 'open', HOST: '0.0.0.0' },
      names: 'HOST',
    },
    {
      what: 'open over the simulator for others',
      upstream: 'simulator',
      env: { ACCESS: 'open', HOST: '::' },
      names: 'HOST',
    },
    { what: 'for JWT of nobody', upstream: 'keepnet', env: { ACCESS: 'jwt' }, names: 'JWT_ISSUER' },
    { what: 'for a mode that there is not', upstream: 'simulator', env: { ACCESS: 'all' }, names: 'ACCESS' },
    { what: 'for pages of every origin', upstream: 'simulator', env: { CORS_ORIGINS: '*' }, names: 'CORS_ORIGINS' },
  ])('does not start $what: $names is named', async (row) => {
    await simulator.clearJournal();
    const command = commands.run(['serve'], { PORT: '0', ...(await toEnvironment(row)) });
    expect(await command.exit).toBe(78);
    expect(command.stderr()).toMatch(new RegExp(`^  ${row.names}: expected `, 'm'));
    expect(command.stdout()).not.toContain('/graphql');
    expect((await simulator.journal()).entries).toEqual([]);
  });
});
