import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentPortfolio } from '@trademeter/instrumentation-portfolio';
import { instrumentRisk } from '@trademeter/instrumentation-risk';
import { startTelemetry, type Telemetry } from '@trademeter/sdk';
import { startViewServer } from '@trademeter/view/server';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChromium } from '../servers/chromium.ts';
import { type PaperBot, startPaperBot } from './paper-bot.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(() => browser?.close());

interface OpenPage {
  readonly page: Page;
  /** Console messages, and requests to anything but the page's own server. */
  readonly problems: string[];
}

async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const page = await browser.newPage(options);
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

/** The page that the bot itself serves. */
function pageOf(bot: PaperBot): string {
  return new URL('/', bot.metricsUrl).href;
}

/** By how many pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

describe('the page of the demo', () => {
  let bot: PaperBot;

  beforeAll(async () => {
    bot = await startPaperBot();
  });

  afterAll(() => bot?.stop());

  test('has data, and logs nothing', async () => {
    const { page, problems } = await openPage(pageOf(bot));
    await page.waitForSelector('.hero .line', { state: 'attached' });
    await expect.poll(textOf(page, 'h1')).toBe('paper-bot');
    await expect.poll(textOf(page, '.mode')).toBe('PAPER');
    await expect.poll(textOf(page, '.equity .amount')).toMatch(/^\d{1,3}(?:,\d{3})*\.\d\d$/u);
    await page.waitForSelector('.two .panel .line', { state: 'attached' });
    expect(problems).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('has no accessibility fault, in the %s theme', async (colorScheme) => {
    // the page's policy would block the axe script
    const { page } = await openPage(pageOf(bot), { colorScheme, bypassCSP: true });
    await page.waitForSelector('.two .panel .line', { state: 'attached' });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
    const found = violations.map(({ id, nodes }) => [
      id,
      nodes.map(({ html, failureSummary }) => [html, failureSummary]),
    ]);
    expect(found).toEqual([]);
    await page.close();
  });

  test.each([360, 390, 768, 1280])('does not scroll sideways at %i pixels', async (width) => {
    const { page } = await openPage(pageOf(bot), { viewport: { width, height: 800 } });
    await page.waitForSelector('.hero .line', { state: 'attached' });
    for (const summary of await page.locator('.domains summary').all()) await summary.click();
    await page.waitForSelector('.metrics tbody tr');
    await expect.poll(() => overflow(page)).toBe(0);
    await page.close();
  });

  test('shows the title of a large figure in the right place, and its description within the card', async () => {
    const { page } = await openPage(pageOf(bot));
    await page.waitForSelector('.hero .line', { state: 'attached' });
    for (const summary of await page.locator('.domains summary').all()) await summary.click();
    await page.waitForSelector('.panel.number .amount');
    const outside = await page.evaluate<string[]>(`[...document.querySelectorAll('.domains .panel')].filter((card) => {
      const [box, title, text] = [card, card.querySelector('h3'), card.querySelector('.description')].map((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return part === card ? part.getBoundingClientRect() : range.getBoundingClientRect();
      });
      return title.left - box.left > 24 || text.right > box.right;
    }).map((card) => card.getAttribute('aria-label'))`);
    expect(outside).toEqual([]);
    await page.close();
  });

  test('draws the cards below the window too', async () => {
    const { page } = await openPage(pageOf(bot));
    await page.waitForSelector('.panel[aria-label="Memory"] .line', { state: 'attached' });
    expect(await page.evaluate('scrollY')).toBe(0);
    await page.close();
  });

  test('can be used with the keyboard alone', async () => {
    const { page } = await openPage(pageOf(bot));
    await page.waitForSelector('.hero .line', { state: 'attached' });
    const isFocused = (selector: string) => page.evaluate<boolean>(`document.activeElement.matches('${selector}')`);
    await page.keyboard.press('Tab');
    await expect.poll(() => isFocused('.skip')).toBe(true);
    const chart = '.hero .chart';
    for (let presses = 0; presses < 12 && !(await isFocused(chart)); presses += 1) await page.keyboard.press('Tab');
    expect(await isFocused(chart)).toBe(true);
    await page.keyboard.press('End');
    await expect.poll(textOf(page, `${chart} [aria-live]`)).toMatch(/^\d\d:\d\d:\d\d: Equity [\d,]+\.\d\d/u);
    await page.waitForSelector(`${chart} .tip`, { state: 'visible' });
    const newest = await page.textContent(`${chart} .tip-time`);
    const next = async () => {
      await page.keyboard.press('ArrowRight');
      return page.textContent(`${chart} .tip-time`);
    };
    // as soon as there is a new point
    await expect.poll(next, { interval: 500 }).not.toBe(newest);
    await page.keyboard.press('Escape');
    await page.waitForSelector(`${chart} .tip`, { state: 'hidden' });

    for (let presses = 0; presses < 30 && !(await isFocused('.panel .quiet')); presses += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(textOf(page, 'dialog .promql code')).toContain('trading_');
    await page.waitForSelector('dialog .figures tbody tr');
    await page.keyboard.press('Escape');
    // the close event of a dialog comes in a later task
    await page.waitForSelector('dialog', { state: 'detached' });
    await expect.poll(() => isFocused('.panel .quiet')).toBe(true);
    await page.close();
  });
});

test('the figures are those of the scrape', async () => {
  // it has traded its last bar, so nothing changes any more
  await using bot = await startPaperBot({ args: ['--speed', '0', '--bars', '600', '--stay'] });
  const books = await bot.books();
  const { page } = await openPage(pageOf(bot));
  const equity = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  await expect.poll(textOf(page, '.equity .amount')).toBe(equity.format(books.equity));
  const stat = (title: string) => () =>
    page.locator('.stat', { hasText: title }).first().locator('.amount').first().textContent();
  await expect.poll(stat('Open positions')).toBe('0');
  const winPercent = (100 * books.wins) / (books.wins + books.losses);
  await expect.poll(stat('Win ratio')).toBe(`${Number(winPercent.toFixed(1))}\u00a0%`);
  await page.click('summary:has-text("Orders & execution")');
  const row = page.locator('.metrics tr', { hasText: 'trading_order_placed_total' });
  const sum = sumOf(await bot.scrape(), 'trading_order_placed_total');
  expect(sum).toBe(books.ordersPlaced);
  await expect.poll(() => row.locator('td').last().textContent()).toBe(`${sum.toLocaleString('en-US')} in all`);
  await page.close();
});

function sumOf(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

test('a bot that is killed is shown as stopped, with its last figures', async () => {
  await using bot = await startPaperBot();
  const { page } = await openPage(pageOf(bot));
  await page.waitForSelector('.equity .amount');
  bot.signal('SIGKILL');
  await page.waitForSelector('.banner.bad:has-text("No answer from the bot since")');
  await page.waitForSelector('.bot.is-stale');
  await expect.poll(textOf(page, '.equity .amount')).toMatch(/\d\.\d\d$/u);
  await expect.poll(() => page.title()).toBe('✕ paper-bot does not answer');
  await page.close();
});

describe('a bot that the test controls', () => {
  const portfolio = instrumentPortfolio({ currency: 'USD' });
  const token = 'open-sesame';
  const hostile = '<img src=x onerror="document.title=\'pwned\'">';
  let telemetry: Telemetry;
  let url = '';

  beforeAll(async () => {
    const exporters = [{ type: 'prometheus', host: '127.0.0.1', port: 0, bearerToken: token }] as const;
    telemetry = await startTelemetry({
      serviceName: hostile,
      mode: 'live',
      exporters,
      resourceAttributes: { a: hostile },
    });
    url = telemetry.endpoints[0]?.url ?? '';
  });

  afterAll(() => telemetry?.shutdown());

  test('asks for the token, accepts no wrong one, and shows a trip in red', async () => {
    const risk = instrumentRisk();
    const breaker = risk.breaker('daily_loss');
    const { page } = await openPage(new URL('/', url).href);
    await page.fill('input[name=token]', 'wrong');
    await page.click('button[type=submit]');
    await page.waitForSelector('.problem:has-text("refused")');
    await page.fill('input[name=token]', token);
    await page.click('button[type=submit]');
    await page.waitForSelector('.states li.good:has-text("daily_loss")');
    await expect.poll(textOf(page, '.mode')).toBe('LIVE');
    breaker.trip();
    await page.waitForSelector('.banner.bad:has-text("Breaker daily_loss is open since")');
    await page.waitForSelector('.states li.bad:has-text("daily_loss")');
    await expect.poll(styleOf(page, '.banner.bad b', 'color')).toBe('rgb(201, 42, 42)');
    // not by its colour alone
    await page.waitForSelector('.banner.bad .icon[aria-label=bad]');
    breaker.reset();
    await page.waitForSelector('.banner.bad', { state: 'detached' });
    await page.close();
  });

  test('fills a bar in the color of its verdict', async () => {
    const { page } = await openPage(new URL('/', url).href);
    await page.fill('input[name=token]', token);
    await page.click('button[type=submit]');
    const colors = { good: 'rgb(10, 122, 75)', attention: 'rgb(147, 84, 0)', bad: 'rgb(201, 42, 42)' };
    for (const [verdict, value] of [
      ['good', 100],
      ['attention', 88],
      ['bad', 80],
    ] as const) {
      portfolio.snapshot({ value, cash: value, positions: [] });
      await expect
        .poll(styleOf(page, `.gauge.${verdict}:has-text("Drawdown") .fill`, 'backgroundColor'))
        .toBe(colors[verdict]);
    }
    await page.close();
  });

  test('shows names as text, whatever they contain', async () => {
    const orders = instrumentOrders({ venue: hostile });
    orders.place({ symbol: hostile, side: 'buy', type: 'limit', quantity: 1, strategy: hostile });
    portfolio.snapshot({ value: 195.05000000000996, cash: 100, positions: [] });
    const view = await startViewServer({ targets: [{ url, name: hostile, bearerToken: token }] });
    const { page, problems } = await openPage(view.url);
    await expect.poll(textOf(page, '.equity .amount')).toBe('195.05');
    await expect.poll(textOf(page, 'h1')).toBe(hostile);
    for (const summary of await page.locator('.domains summary').all()) await summary.click();
    await page.waitForSelector('.metrics tbody tr');
    expect(await page.locator('img').count()).toBe(0);
    await expect.poll(() => page.title()).toBe(hostile);
    expect(problems).toEqual([]);
    await page.close();
    await view.stop();
  });

  test('is listed with others, live ones first, and each row leads to its page', async () => {
    await using paper = await startPaperBot();
    const dead = { url: 'http://127.0.0.1:1/metrics', name: 'attic' };
    const view = await startViewServer({ targets: [dead, { url: paper.metricsUrl }, { url, bearerToken: token }] });
    const { page } = await openPage(view.url);
    await page.waitForSelector('.bots tbody tr:nth-child(3) td:has-text("does not answer")');
    await expect
      .poll(() => page.locator('.bots th[scope=row]').allTextContents())
      .toEqual([hostile, 'paper-bot', 'attic']);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => overflow(page)).toBe(0);
    await page.click('.bots a:has-text("paper-bot")');
    await page.waitForSelector('.equity .amount');
    await expect.poll(textOf(page, '.mode')).toBe('PAPER');
    await page.click('.back');
    await page.waitForSelector('.bots');
    await page.close();
    await view.stop();
  });
});

/** What a function that runs in the page uses of its window. */
interface BrowserWindow {
  readonly getComputedStyle: (element: unknown) => Readonly<Record<StyleName, string>>;
}

type StyleName = 'color' | 'backgroundColor';

// The page draws again with every scrape, so what they read may be about to change: expect.poll reads again.

/** Reads the text of the first element that matches. */
function textOf(page: Page, selector: string): () => Promise<string | null> {
  return () => page.locator(selector).first().textContent();
}

/** Reads a style of the first element that matches. */
function styleOf(page: Page, selector: string, name: StyleName): () => Promise<string> {
  const read = (element: unknown, property: StyleName): string => {
    const { getComputedStyle } = globalThis as unknown as BrowserWindow;
    return getComputedStyle(element)[property];
  };
  return () => page.locator(selector).first().evaluate(read, name);
}
