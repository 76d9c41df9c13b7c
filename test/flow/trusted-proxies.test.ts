/**
 * Behind a proxy: whose address counts where credentials are guessed, and what the server is called. What a client says of itself
 * is believed from nobody but a proxy that TRUSTED_PROXIES names.
 */
import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeKey } from '../../src/access/key-text.js';
import { type House, openHouse } from '../support/house.js';
import { makeKey as makeKnownKey } from '../support/keys.js';
import { runLeaderboard } from '../support/run-export.js';

const GUESSES = 30;
const UNKNOWN = makeKey().keyText;

let house: House | undefined;
afterEach(() => house?.close());

async function open(trustedProxies: string): Promise<void> {
  house = await openHouse({ env: { ACCESS: 'keys', TRUSTED_PROXIES: trustedProxies } });
}

/** The status of a request with a wrong credential. */
async function guess(headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${house?.url}/graphql`, { headers: { 'x-api-key': UNKNOWN, ...headers } });
  return response.status;
}

async function guessOften(headersOf: (count: number) => Record<string, string>): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < GUESSES; count += 1) statuses.push(await guess(headersOf(count)));
  return [...new Set(statuses)];
}

describe('wrong credentials', () => {
  it.each([
    ['no proxy is named', ''],
    ['another is', '192.0.2.7,2001:db8::/32'],
  ])('where %s, count for whoever is connected, whatever he says of himself', async (_, trustedProxies) => {
    await open(trustedProxies);
    expect(await guessOften((count) => ({ 'x-forwarded-for': `198.51.100.${count}` }))).toEqual([401]);
    expect(await guess({ 'x-forwarded-for': '203.0.113.1' })).toBe(429);
  });

  it('through a proxy that is named, count for the client that it names, whatever that says stands before it', async () => {
    await open('192.0.2.7, 127.0.0.0/8');
    const said = (count: number) => ({ 'x-forwarded-for': `203.0.113.${count}, 198.51.100.1` });
    expect(await guessOften(said)).toEqual([401]);
    expect(await guess(said(99))).toBe(429);
    expect(await guess({ 'x-forwarded-for': '198.51.100.2' })).toBe(401);
  });

  it('through two that are named, count for the client before both', async () => {
    await open('192.0.2.0/24,127.0.0.1');
    expect(await guessOften((count) => ({ 'x-forwarded-for': `198.51.100.1, 192.0.2.${count}` }))).toEqual([401]);
    expect(await guess({ 'x-forwarded-for': '198.51.100.1, 192.0.2.200' })).toBe(429);
    expect(await guess({ 'x-forwarded-for': '198.51.100.2, 192.0.2.200' })).toBe(401);
  });

  it('count for one client, whose port a proxy may write beside its address', async () => {
    await open('127.0.0.1');
    expect(await guessOften((count) => ({ 'x-forwarded-for': `198.51.100.1:${50_000 + count}` }))).toEqual([401]);
    expect(await guess({ 'x-forwarded-for': '198.51.100.1' })).toBe(429);
  });
});

describe('what the server is called', () => {
  const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'graph.example.com:8443' };

  /** Where the address of an export's file begins, for a client that sends these headers. */
  async function originOfFiles(headers: Record<string, string>): Promise<string> {
    const opened = house as House;
    const key = await makeKnownKey(opened.dataDirectory);
    const asked: House = {
      ...opened,
      ask: (query, variables) => opened.ask(query, variables, { ...key.headers, ...headers }),
    };
    const { files } = await runLeaderboard(asked);
    return files[0]?.url.split('/exports/', 1)[0] ?? '';
  }

  /** With headers that `fetch` does not let one set. */
  function statusOf(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${house?.url}/livez`, { headers })
        .on('error', reject)
        .on('response', (response) => resolve(response.resume().statusCode))
        .end();
    });
  }

  it('is not told by a client', async () => {
    await open('192.0.2.7');
    expect(await originOfFiles(FORWARDED)).toBe(house?.url);
  });

  it('is told by a proxy that is named', async () => {
    await open('127.0.0.1');
    expect(await originOfFiles(FORWARDED)).toBe('https://graph.example.com:8443');
  });

  it.each(['example.com/elsewhere', 'user@example.com', 'a b', 'example.com?x=', 'example.com"'])(
    'is never %s, whoever says it: it stands in addresses',
    async (host) => {
      await open('127.0.0.1');
      expect(await statusOf({ host })).toBe(400);
      expect(await statusOf({ 'x-forwarded-host': host })).toBe(400);
    },
  );

  it('is never of another protocol than http and https', async () => {
    await open('127.0.0.1');
    expect(await originOfFiles({ 'x-forwarded-proto': 'javascript' })).toBe(house?.url);
  });

  it('is the name that a page sent, and no other, where access is open', async () => {
    house = await openHouse({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    expect(await statusOf({ host: 'rebound.example.com', 'x-forwarded-host': 'localhost' })).toBe(421);
  });
});
