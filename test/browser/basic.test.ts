/**
 * An address of a table that a person opens in a browser: the browser asks him for user and password, and the key is the password.
 * Skipped, and said so, where the machine has no Chromium; in CI that is a failure.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { type House, openHouse } from '../support/house.js';
import { makeKey } from '../support/keys.js';
import { findChromium, launchChromium } from './chromium.js';

const executablePath = findChromium();
const mustRun = process.env.CI === 'true';
if (!executablePath && !mustRun)
  process.stderr.write('Skipped: no Chromium found for the test of Basic (CHROMIUM_PATH).\n');

(executablePath || mustRun ? describe : describe.skip)('a table that is opened in a browser', () => {
  let directory = '';
  let house: House;
  let browser: Browser | undefined;
  let context: BrowserContext;

  beforeAll(async () => {
    if (!executablePath) throw new Error('CI needs a Chromium: set CHROMIUM_PATH');
    directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-basic-'));
    const { text } = await makeKey(directory, { abilities: ['tables'] });
    house = await openHouse({ env: { DATA_DIR: directory, ACCESS: 'keys' } });
    browser = await launchChromium(executablePath);
    // Given only where the browser would ask the person.
    context = await browser.newContext({ httpCredentials: { username: 'excel', password: text } });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('is shown after the password', async () => {
    const page = await context.newPage();
    const answer = await page.goto(`${house.url}/tables/companies.json?limit=1`);
    expect(answer?.status()).toBe(200);
    expect(await page.textContent('body')).toContain('"company_id"');
  }, 60_000);

  it('is downloaded as a file after the password', async () => {
    const page = await context.newPage();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      // Chromium leaves the page where it is.
      page.goto(`${house.url}/tables/user_counts.xlsx`).catch(() => null),
    ]);
    expect(download.suggestedFilename()).toBe('user_counts.xlsx');
    expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK');
  }, 60_000);
});
