import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../src/servers/chromium.ts';
import { type PaperBot, startPaperBot } from './paper-bot.ts';

let browser: Browser;
let bot: PaperBot;

beforeAll(async () => {
  browser = await startChromium();
  bot = await startPaperBot();
});

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

/** A page that must not complain, nor ask anybody but the bot. */
async function openPage(url: string): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error.stack)));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) problems.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return { page, problems };
}

test('the page of the demo fills within ten seconds, and complains of nothing', async () => {
  const { page, problems } = await openPage(new URL('/', bot.metricsUrl).href);
  await page.waitForSelector('.equity .amount', { timeout: 10_000 });
  await page.waitForSelector('.hero .line', { timeout: 10_000 });
  expect(await page.textContent('h1')).toBe('paper-bot');
  expect(await page.textContent('.mode')).toBe('PAPER');
  expect(await page.textContent('.equity .amount')).toMatch(/^\d{1,3}(?:,\d{3})*\.\d\d$/u);
  expect(problems).toEqual([]);
  await page.close();
});

test.each(['light', 'dark'] as const)('axe finds nothing wrong with the %s page', async (colorScheme) => {
  // the policy of the page keeps the script of axe out
  const page = await browser.newPage({ colorScheme, bypassCSP: true });
  await page.goto(new URL('/', bot.metricsUrl).href);
  await page.waitForSelector('.hero .line');
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  expect(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]),
  ).toEqual([]);
  await page.close();
});
