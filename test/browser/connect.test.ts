/**
 * The page for BI tools as a person meets it: in a real browser, over the running server and its simulator. What it shows is copied,
 * its addresses are asked, and its test asks Keepnet for no more than what is shown. Skipped, and said so, where the machine has no
 * Chromium; in CI that is a failure.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TablePage } from '../../web/connect/wire.js';
import { type House, openHouse } from '../support/house.js';
import { makeKey } from '../support/keys.js';
import { findPaleTexts, findUnnamed } from './accessibility.js';
import { buildPageWhereStale } from './built-page.js';
import { findChromium, launchChromium } from './chromium.js';

const executablePath = findChromium();
const mustRun = process.env.CI === 'true';
if (!executablePath && !mustRun)
  process.stderr.write('Skipped: no Chromium found for the test of /connect/ (CHROMIUM_PATH).\n');

(executablePath || mustRun ? describe : describe.skip)('the page for BI tools', () => {
  let browser: Browser | undefined;
  let house: House;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    if (!executablePath) throw new Error('CI needs a Chromium: set CHROMIUM_PATH');
    buildPageWhereStale('connect');
    house = await openHouse();
    browser = await launchChromium(executablePath);
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    listen(context, house.url, (complaint) => void complaints.push(complaint));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  beforeEach(async () => {
    complaints.length = 0;
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`${house.url}/connect/#table=leaderboard`);
    await page.locator('#address').waitFor();
  }, 60_000);

  afterEach(async () => {
    await page?.close();
  });

  const address = async () => (await page.locator('#address').textContent()) ?? '';
  const choose = (tool: string) => page.getByRole('radio', { name: tool, exact: true }).check();

  it('shows an address that answers, for every tool', async () => {
    const [row] = ((await (await fetch(`${house.url}/tables/leaderboard.json?limit=1`)).json()) as TablePage).rows;
    await page.getByLabel('Only some of them').check();
    await page.getByRole('checkbox', { name: String(row?.company_name), exact: true }).check();
    const tools = await page.locator('.chip label').allTextContents();
    expect(tools.length).toBe(10);
    for (const tool of tools) {
      await choose(tool);
      const shown = await address();
      expect(shown).toContain(`${house.url}/${/OData|Tableau/.test(tool) ? 'odata' : 'tables'}/leaderboard`);
      expect((await fetch(shown)).status).toBe(200);
      expect(await page.locator('.steps li').count()).toBeGreaterThan(0);
    }
    expect(complaints).toEqual([]);
  }, 60_000);

  it('copies just what it shows', async () => {
    await choose('Excel');
    await page.getByRole('button', { name: 'Copy the query' }).click();
    await page.getByRole('button', { name: 'Copy the query' }).filter({ hasText: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.locator('#snippet').textContent());
    expect(copied).toContain(`Web.Contents("${house.url}", [`);
    expect(copied).toContain('{"points", Int64.Type}');
  }, 60_000);

  it('tests what is chosen: rows, how long it took, and whom they speak for', async () => {
    await page.getByRole('button', { name: 'Test now' }).click();
    await page
      .locator('.facts')
      .filter({ hasText: /^20 rows, and more to come · \d+ ms/ })
      .waitFor();
    expect(await page.locator('.rows tbody tr').count()).toBe(20);
    expect(await page.locator('.rows th').allTextContents()).toEqual(
      expect.arrayContaining(['rank', 'points', 'as_of']),
    );
    await page.screenshot({ path: join(tmpdir(), 'keepnet-graph-connect.png'), fullPage: true });
    expect(complaints).toEqual([]);
  }, 60_000);

  it('names the customers that are missing, and what to do where none may be', async () => {
    await page.getByRole('combobox', { name: 'Table' }).selectOption('user_counts');
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.locator('.gaps li', { hasText: 'COMPANY_PRIVACY_DENIED' }).first().waitFor();
    await page.getByLabel('Refuse incomplete answers').check();
    expect(await address()).toContain('require=complete');
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.getByRole('alert').filter({ hasText: 'Or allow that companies are missing' }).waitFor();
  }, 60_000);

  it('asks only the customers that were picked, and says when none is', async () => {
    await page.getByLabel('Only some of them').check();
    await page.locator('#connection').filter({ hasText: 'Pick at least one customer first' }).waitFor();
    const boxes = page.getByRole('group', { name: 'Customers to pick' }).getByRole('checkbox');
    await boxes.first().waitFor();
    expect(await boxes.count()).toBe(25);
    await page.getByLabel('Find').fill('KUZEY');
    expect(await boxes.filter({ visible: true }).count()).toBeLessThan(25);
    await page.getByLabel('Find').fill('');
    await boxes.nth(1).check();
    await boxes.nth(2).check();
    const picked = new URL(await address()).searchParams.get('companies')?.split(',') ?? [];
    expect(picked).toHaveLength(2);
    await house.simulator.clearJournal();
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.locator('.facts').waitFor();
    const asked = new Set((await house.asked()).map(({ companyId }) => companyId).filter((id) => id !== null));
    expect([...asked].every((id) => picked.includes(id))).toBe(true);
  }, 60_000);

  it('writes parameters into the address, and says in words what the server does not take', async () => {
    await page.getByText('Filters and order').click();
    await page.getByLabel('search', { exact: true }).fill("O'Brien & Co");
    expect(new URL(await address()).searchParams.get('search')).toBe("O'Brien & Co");
    await page.getByLabel('from', { exact: true }).fill('2026-02-01');
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.getByRole('alert').filter({ hasText: 'Correct the value; Keepnet was not asked.' }).waitFor();
  }, 60_000);

  it('asks for what a table must have before it shows an address', async () => {
    await page.getByRole('combobox', { name: 'Table' }).selectOption('user_timeline');
    await page.locator('#connection').filter({ hasText: 'Fill in user first' }).waitFor();
    expect(await page.getByRole('button', { name: 'Test now' }).isDisabled()).toBe(true);
    await page.getByLabel('user required').fill('TargetUser:a:b');
    expect(await address()).toContain('user=TargetUser:a:b');
  }, 60_000);

  it('is worked by keyboard alone', async () => {
    await page.getByRole('radio', { name: 'Power BI (Web)' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'Excel' }).isChecked()).toBe(true);
    expect(await page.evaluate(() => location.hash)).toBe('#tool=excel&table=leaderboard');
    await page.getByRole('button', { name: 'Test now' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.facts').waitFor();
  }, 60_000);

  it.each(['light', 'dark'] as const)(
    'has a name for every control and contrast for every text, in %s',
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.getByText('Filters and order').click();
      await page.getByText('Columns (all').click();
      await page.getByRole('button', { name: 'Test now' }).click();
      await page.locator('.facts').waitFor();
      expect(await findUnnamed(page)).toEqual([]);
      expect(await findPaleTexts(page)).toEqual([]);
    },
    60_000,
  );

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);
  }, 60_000);
});

(executablePath || mustRun ? describe : describe.skip)('the page for BI tools of a server with keys', () => {
  let browser: Browser | undefined;
  let house: House;
  let page: Page;

  beforeAll(async () => {
    if (!executablePath) throw new Error('CI needs a Chromium: set CHROMIUM_PATH');
    buildPageWhereStale('connect');
    house = await openHouse({ env: { ACCESS: 'keys' } });
    browser = await launchChromium(executablePath);
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`${house.url}/connect/#tool=grafana`);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const status = async (text: string) => {
    await page.locator('#key .status').filter({ hasText: text }).waitFor();
    expect(await page.locator('#key .status').textContent()).toContain(text);
  };
  const give = async (key: string) => {
    await page.getByLabel('API key', { exact: true }).last().fill(key);
    await page.keyboard.press('Enter');
  };

  it('asks for a key, and tells how to make one for the tool', async () => {
    await status('asks for an API key');
    expect(await page.locator('#key-command').textContent()).toBe(
      'keepnet-graph key create --name "Grafana" --companies all --may tables',
    );
  }, 60_000);

  it('tells a key that is not taken from one that may not read tables', async () => {
    const reader = await makeKey(house.dataDirectory, { abilities: ['read'] });
    await give(`${reader.text.slice(0, -1)}x`);
    await status('does not accept this key');
    await give(reader.text);
    await status('may not read tables');
  }, 60_000);

  it('takes a key that may, keeps it nowhere, and puts it into nothing that it shows', async () => {
    const { text } = await makeKey(house.dataDirectory, { abilities: ['tables'] });
    await give(text);
    await status('The key is accepted');
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.locator('.facts').waitFor();
    const kept = await page.evaluate(async () => {
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      const shown = document.documentElement.outerHTML;
      return JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
        databases,
        location.href,
        shown,
      ]);
    });
    expect(kept).toContain('KEEPNET_GRAPH_KEY');
    expect(kept).not.toContain(text.slice(0, 12));
    await page.reload();
    await status('asks for an API key');
  }, 60_000);
});

/** To everything that a healthy page never does. */
function listen(context: BrowserContext, url: string, complain: (complaint: string) => void): void {
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`console ${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (uncaught) => complain(`uncaught: ${uncaught.error().message}`));
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== url) complain(`another host: ${request.url()}`);
  });
}
