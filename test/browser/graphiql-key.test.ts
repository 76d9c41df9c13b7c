/**
 * GraphiQL of a server that lets in whoever has a key: an analyst of one customer, masked, in a real browser. Skipped, and said
 * so, where the machine has no Chromium; in CI that is a failure.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type House, openHouse } from '../support/house.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';
import { buildPageWhereStale } from './built-page.js';
import { findChromium, launchChromium } from './chromium.js';

const executablePath = findChromium();
const mustRun = process.env.CI === 'true';
if (!executablePath && !mustRun)
  process.stderr.write('Skipped: no Chromium found for the GraphiQL test with a key (CHROMIUM_PATH).\n');

const PEOPLE = '{ companies { totalCount nodes { name targetUsers(first: 5) { nodes { displayName email } } } } }';

(executablePath || mustRun ? describe : describe.skip)('GraphiQL with a key', () => {
  let browser: Browser | undefined;
  let house: House;
  let page: Page;
  let analyst: MadeKey;
  let own = '';
  let other = '';

  beforeAll(async () => {
    if (!executablePath) throw new Error('CI needs a Chromium: set CHROMIUM_PATH');
    buildPageWhereStale('graphiql');
    house = await openHouse({ env: { ACCESS: 'keys' } });
    [own = '', other = ''] = await fetchCompanyIds(house.simulatorUrl, await fetchToken(house.simulatorUrl));
    analyst = await makeKey(house.dataDirectory, {
      companies: { kind: 'IDS', ids: [own] },
      abilities: ['read'],
      masksPersonalData: true,
    });
    browser = await launchChromium(executablePath);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${house.url}/graphiql/`);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const notice = () => page.locator('.key-notice');

  it('asks for a key, and says so when one is not taken', async () => {
    await notice().filter({ hasText: 'asks for an API key' }).waitFor({ timeout: 20_000 });
    await giveKey(page, `${analyst.text.slice(0, -1)}x`);
    await notice().filter({ hasText: 'does not accept this key' }).waitFor();
    await giveKey(page, analyst.text);
    await notice().filter({ hasText: 'in use until this page is closed' }).waitFor();
    // The schema was read with it: the documentation is there.
    await page.getByRole('button', { name: /documentation explorer/i }).click();
    const documentation = page.locator('.graphiql-plugin', { hasText: 'Query' });
    await documentation.waitFor();
    expect(await documentation.isVisible()).toBe(true);
    await page.screenshot({ path: join(tmpdir(), 'keepnet-graph-graphiql-key.png') });
  }, 60_000);

  it('shows one company, and people as marks', async () => {
    const { data } = await ask(page, PEOPLE);
    expect(data.companies.totalCount).toBe(1);
    const people = data.companies.nodes[0].targetUsers.nodes;
    expect(people.length).toBeGreaterThan(0);
    for (const { displayName, email } of people) {
      expect(displayName).toMatch(/^User [0-9a-f]+$/);
      expect(email).toMatch(/@masked\.invalid$/);
    }
    await page.locator('.graphiql-response', { hasText: /@masked/ }).waitFor();
  }, 60_000);

  it('says clearly that another company is none that it may see, and asks nothing for it', async () => {
    await house.simulator.clearJournal();
    const { data, errors } = await ask(page, `{ company(id: "${other}") { name countSummary { active } } }`);
    expect(data).toEqual({ company: null });
    expect(errors).toMatchObject([{ extensions: { code: 'COMPANY_NOT_FOUND' } }]);
    await page.locator('.graphiql-response', { hasText: 'COMPANY_NOT_FOUND' }).waitFor();
    expect((await house.asked()).filter(({ companyId }) => companyId !== null)).toEqual([]);
  }, 60_000);

  it('keeps the key nowhere: not in the browser, and not beyond the page', async () => {
    const kept = await page.evaluate(async () => {
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, databases, location.href]);
    });
    expect(kept).toContain('graphiql:');
    expect(kept).not.toContain(analyst.text.slice(0, 12));
    await page.reload();
    await notice().filter({ hasText: 'asks for an API key' }).waitFor({ timeout: 20_000 });
  }, 60_000);

  it('takes a key from the headers of a tab as well', async () => {
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden)').click();
    await page.keyboard.type(`{"x-api-key": "${analyst.text}"`);
    const { data } = await ask(page, '{ viewer { via masksPersonalData } }');
    expect(data).toEqual({ viewer: { via: 'KEY', masksPersonalData: true } });
  }, 60_000);
});

async function giveKey(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Use it' }).click();
}

/** Writes `query` into the editor and presses play; resolves to the answer of the server. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's, and each test reads its own part
async function ask(page: Page, query: string): Promise<any> {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  // The editor closes the first brace by itself.
  await page.keyboard.insertText(query.slice(0, -1));
  // It reads the operation's name, and keeps the document, a tenth of a second after the text is there.
  await page.waitForFunction((text) => localStorage.getItem('graphiql:query') === text, query);
  const answer = page.waitForResponse((response) => response.request().postDataJSON()?.query === query);
  await page.getByRole('button', { name: 'Execute query' }).click();
  return (await answer).json();
}
