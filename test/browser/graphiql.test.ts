/**
 * GraphiQL as a person meets it: in a real browser, over the running server and its simulator, with no other host in reach.
 * Skipped, and said so, where the machine has no Chromium; in CI that is a failure.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { type House, openHouse } from '../support/house.js';
import { buildPageWhereStale } from './built-page.js';
import { findChromium, launchChromium } from './chromium.js';

const executablePath = findChromium();
const mustRun = process.env.CI === 'true';
if (!executablePath && !mustRun)
  process.stderr.write('Skipped: no Chromium found for the GraphiQL test (CHROMIUM_PATH).\n');

(executablePath || mustRun ? describe : describe.skip)('GraphiQL in a browser', () => {
  let browser: Browser | undefined;
  let house: House;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    if (!executablePath) throw new Error('CI needs a Chromium: set CHROMIUM_PATH');
    buildPageWhereStale('graphiql');
    // As many users as a visitor finds, so that the largest customer is the same one.
    house = await openHouse({ env: { SIMULATOR_USERS: '200' } });
    browser = await launchChromium(executablePath);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  beforeEach(async () => {
    if (!browser) throw new Error('no browser');
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    complaints = [];
    page = await context.newPage();
    listen(page, house.url, complaints);
    await page.goto(`${house.url}/graphiql/`);
    await ready(page);
  }, 60_000);

  afterEach(async () => {
    await context?.close();
    await house?.simulator.clearFaults();
  });

  it('runs the first tab and shows what came back', async () => {
    const { data } = await play(page);
    expect(data.companies.nodes).toHaveLength(25);
    const [first] = data.companies.nodes;
    await showing(page.locator('.graphiql-response'), JSON.stringify(first.name));
    expect(await page.locator('.upstream').textContent()).toBe('Simulator');
    expect(await page.title()).toBe('GraphiQL · keepnet-graph');
    await page.screenshot({ path: join(tmpdir(), 'keepnet-graph-graphiql.png') });
    expect(complaints).toEqual([]);
  }, 60_000);

  it('runs the other tabs as they are', async () => {
    const tabs = page.locator('.graphiql-tab');
    const answered: string[] = [];
    for (const tab of (await tabs.all()).slice(1)) {
      await tab.click();
      const name = await tab.locator('.graphiql-tab-button').textContent();
      await settled(page, `${name?.startsWith('Start') ? 'mutation' : 'query'} ${name} `);
      const { data, errors } = await play(page);
      expect(errors).toBeUndefined();
      for (const [field, { nodes }] of Object.entries<{ nodes?: unknown[] }>(data)) {
        answered.push(`${field} ${nodes?.length ?? ''}`.trim());
      }
    }
    const customer = 'companies 1';
    const portfolios = ['portfolio', 'portfolio'];
    expect(answered).toEqual([customer, customer, customer, 'exportLeaderboard', 'exportJobs 1', ...portfolios]);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('completes field names and explains them, with workers of our own', async () => {
    await page.locator('.graphiql-query-editor .view-line', { hasText: 'totalCount' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('pageI');
    await page.locator('.suggest-widget .monaco-list-row', { hasText: 'pageInfo' }).waitFor();
    await page.keyboard.press('Escape');
    await page
      .locator('.graphiql-query-editor .view-line span', { hasText: /^countSummary/ })
      .last()
      .hover();
    await page.locator('.monaco-hover', { hasText: 'Keepnet call per company' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('ends the request, and the Keepnet calls behind it, when stopped', async () => {
    const hanging = async () => (await house.asked()).filter(({ path }) => path === '/api/target-users/count-summary');
    await house.simulator.clearJournal();
    await house.simulator.addFault({ path: '/api/target-users/count-summary', kind: 'hang' });
    await page.getByRole('button', { name: 'Execute query' }).click();
    await until(async () => (await hanging()).length > 0);
    await page.getByRole('button', { name: 'Stop query' }).click();
    await until(async () => (await hanging()).every(({ aborted }) => aborted));
    expect(complaints).toEqual([`failed: ${house.url}/graphql`]);
  }, 60_000);

  it('forgets request headers with the page', async () => {
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden)').click();
    await page.keyboard.type('{"x-secret": "do-not-keep"');
    await page.locator('.graphiql-editor-tool', { hasText: 'do-not-keep' }).waitFor();
    await play(page);
    await page.reload();
    await ready(page);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('do-not-keep');
  }, 60_000);
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const giveUpAt = Date.now() + 10_000; !(await condition()); ) {
    if (Date.now() > giveUpAt) throw new Error('waited for 10 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Collects everything that a healthy page never does. */
function listen(page: Page, url: string, complaints: string[]): void {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.context().on('request', (request) => {
    if (new URL(request.url()).origin !== url) complaints.push(`another host: ${request.url()}`);
  });
}

/** Resolves once the editor is drawn and the schema has been read. */
async function ready(page: Page): Promise<void> {
  await showing(page.locator('.graphiql-query-editor'), 'query Customers');
  await page.locator('.upstream').waitFor();
}

/**
 * Resolves once the editor has a document that begins its query with `text`, and has read the operation's name from it: it does
 * so a tenth of a second after the text is drawn, and keeps the document in the same moment.
 */
async function settled(page: Page, text: string): Promise<void> {
  await showing(page.locator('.graphiql-query-editor'), text.trim());
  await page.waitForFunction((begin) => localStorage.getItem('graphiql:query')?.includes(begin), text);
}

/** Presses play in the tab that is open; resolves to the answer of the server once it is there. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's, and each test reads its own part
async function play(page: Page): Promise<any> {
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === '/graphql');
  await page.getByRole('button', { name: 'Execute query' }).click();
  return (await answer).json();
}

/** Resolves once the editor shows `text`. Monaco draws blanks as no-break spaces. */
async function showing(editor: Locator, text: string): Promise<void> {
  const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s'));
  await editor.filter({ hasText: pattern }).waitFor({ timeout: 10_000 });
}
