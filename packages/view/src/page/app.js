import { Target } from '../data/target.js';
import { BotPage } from './bot-page.js';
import { BotsTable } from './bots-table.js';
import { figuresOf } from './checks.js';
import { element, keep, setAttribute, setText } from './dom.js';
import { formatBytes, formatDuration } from './format.js';
import { backIcon, themeIcon } from './icons.js';
import { SignIn } from './sign-in.js';

/** @typedef {import('../data/bot.js').Bot} Bot */
/** @typedef {import('./panel-data.js').View} View */
/** @typedef {{ readonly targets: readonly { readonly path: string, readonly name?: string }[], readonly pollIntervalMillis: number }} Config */
/** @typedef {{ readonly key: string, readonly target: Target, readonly bot: Bot }} Entry */

const ranges = /** @type {const} */ ([
  ['1 m', 60_000],
  ['15 m', 900_000],
  ['1 h', 3_600_000],
  ['All', 0],
]);

/** The maximum share of the main thread for scraping. */
const mostWork = 0.1;

/** The whole page: it scrapes, selects and draws. */
export class App {
  #targets;
  #intervalMillis;
  #rangeMillis = 900_000;
  /** @type {Map<string, BotPage>} */
  #pages = new Map();
  #table = new BotsTable((key) => {
    location.hash = `#${encodeURIComponent(key)}`;
  });
  #signIn = new SignIn();
  #main = element('main', { id: 'main' });
  #name = element('h1');
  #mode = element('span', { class: 'mode' });
  #status = element('i', { class: 'status', 'aria-hidden': 'true' });
  #facts = element('span', { class: 'facts' });
  #ranges = this.#rangePicker();
  #back = element('a', { href: '#', class: 'back', hidden: true, 'aria-label': 'All bots' }, backIcon(), 'All bots');
  #loading = element('div', { class: 'loading', role: 'status' }, ...skeleton());

  /** @param {Config} config */
  constructor({ targets, pollIntervalMillis }) {
    this.#targets = targets.map(({ path, name }) => new Target(path, name));
    this.#intervalMillis = pollIntervalMillis;
    document.body.replaceChildren(
      element('a', { href: '#main', class: 'skip', click: (event) => this.#skip(event) }, 'Skip to the figures'),
      element(
        'header',
        { class: 'top' },
        element(
          'div',
          { class: 'top-inner' },
          this.#back,
          element('div', { class: 'who' }, this.#status, this.#name, this.#mode),
          this.#facts,
          this.#ranges,
          themeButton(),
        ),
      ),
      this.#main,
    );
    keep(this.#main, [this.#loading], partKey, (part) => part);
    addEventListener('hashchange', () => {
      this.draw();
      scrollTo(0, 0);
    });
    document.addEventListener('visibilitychange', () => this.draw());
  }

  /** Scrapes every target while the page is open. */
  run() {
    for (const target of this.#targets) void this.#poll(target);
    // ages grow between scrapes, too
    setInterval(() => this.#drawHeader(), 1000);
  }

  /** @param {Target} target */
  async #poll(target) {
    for (;;) {
      const start = performance.now();
      // a refused target is not scraped until there is another token
      if (target.state !== 'refused') await target.scrape();
      this.draw();
      const used = performance.now() - start;
      const pause = Math.max(this.#intervalMillis - used, target.workMillis / mostWork, 50);
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
        target.wake = () => resolve(undefined);
      });
    }
  }

  /** @returns {Entry[]} */
  #entries() {
    return this.#targets.flatMap((target, index) => {
      if (target.bots.size === 0) return [];
      return [...target.bots].map(([key, bot]) => ({ key: `${index} ${key}`.trim(), target, bot }));
    });
  }

  draw() {
    if (document.hidden) return;
    const entries = this.#entries();
    const refused = this.#targets.filter(({ state }) => state === 'refused');
    const isFleet = this.#targets.length > 1 || entries.length > 1;
    const chosen =
      entries.find(({ key }) => key === decodeURIComponent(location.hash.slice(1))) ??
      (isFleet ? undefined : entries[0]);
    /** @type {HTMLElement[]} */
    const parts = [];
    if (refused.length > 0) {
      this.#signIn.update(refused);
      parts.push(this.#signIn.element);
    }
    if (chosen !== undefined) {
      const page = this.#pages.get(chosen.key) ?? new BotPage();
      this.#pages.set(chosen.key, page);
      parts.push(page.element);
      page.update(this.#viewOf(chosen), Date.now());
    } else if (isFleet && this.#targets.some(({ state }) => state !== 'loading')) {
      this.#table.update(this.#targets, entries, (entry) => this.#viewOf(entry), Date.now());
      parts.push(this.#table.element);
    } else if (refused.length === 0) {
      const [target] = this.#targets;
      parts.push(target !== undefined && target.state !== 'loading' ? unreachable(target) : this.#loading);
    }
    keep(this.#main, parts, partKey, (part) => part);
    this.#back.hidden = !(isFleet && chosen !== undefined);
    this.#ranges.hidden = chosen === undefined;
    this.#drawHeader();
  }

  #drawHeader() {
    const entries = this.#entries();
    const isFleet = this.#targets.length > 1 || entries.length > 1;
    const chosen =
      entries.find(({ key }) => key === decodeURIComponent(location.hash.slice(1))) ??
      (isFleet ? undefined : entries[0]);
    if (chosen === undefined) {
      const [target] = this.#targets;
      const title = isFleet
        ? `${Math.max(entries.length, this.#targets.length)} bots`
        : target?.givenName || 'trademeter';
      setText(this.#name, title);
      setText(this.#facts, '');
      this.#mode.hidden = true;
      setAttribute(this.#status, 'class', `status ${isFleet || target?.state === 'loading' ? 'neutral' : 'bad'}`);
      if (document.title !== title) document.title = title;
      return;
    }
    const { target, bot } = chosen;
    const name = bot.name || target.givenName || 'bot without a name';
    setText(this.#name, name);
    this.#mode.hidden = false;
    setText(this.#mode, bot.mode === '' ? 'mode unknown' : bot.mode.toUpperCase());
    setAttribute(this.#mode, 'class', `mode ${/^(?:live|paper|backtest)$/.test(bot.mode) ? bot.mode : 'unknown'}`);
    setAttribute(this.#status, 'class', `status ${target.state === 'up' ? 'good' : 'bad'}`);
    const [uptime] = figuresOf('uptime', this.#viewOf(chosen));
    const ago = formatDuration(Math.max(0, Math.round((Date.now() - target.lastSuccess) / 1000)));
    const facts = [
      ...(uptime === undefined ? [] : [`up ${formatDuration(uptime.value)}`]),
      `scraped ${ago} ago (${formatDuration(target.durationMillis / 1000)}, ${formatBytes(target.length)})`,
    ];
    setText(this.#facts, facts.join('  ·  '));
    const title = target.state === 'up' ? name : `✕ ${name} does not answer`;
    if (document.title !== title) document.title = title;
  }

  /**
   * @param {Entry} entry
   * @returns {View}
   */
  #viewOf({ bot, target }) {
    const to = Math.max(bot.history.lastTime, target.state === 'up' ? 0 : Date.now());
    // a mostly empty axis shows nothing
    const seen = Math.max(60_000, to - bot.history.firstTime);
    const rangeMillis = this.#rangeMillis === 0 ? seen : this.#rangeMillis;
    const from = to - Math.min(rangeMillis, seen);
    return { bot, target, from, to, rangeMillis, intervalMillis: this.#intervalMillis };
  }

  #rangePicker() {
    return element(
      'fieldset',
      { class: 'ranges' },
      element('legend', { class: 'unseen' }, 'Time range'),
      ...ranges.map(([label, millis]) =>
        element(
          'label',
          {},
          element('input', {
            type: 'radio',
            name: 'range',
            value: millis,
            checked: millis === this.#rangeMillis,
            change: () => {
              this.#rangeMillis = millis;
              this.draw();
            },
          }),
          element('span', {}, label),
        ),
      ),
    );
  }

  /** @param {Event} event */
  #skip(event) {
    // the hash names the bot
    event.preventDefault();
    this.#main.tabIndex = -1;
    this.#main.focus();
  }
}

/** @type {WeakMap<HTMLElement, string>} */
const partKeys = new WeakMap();
let partCount = 0;

/** @param {HTMLElement} part */
function partKey(part) {
  const known = partKeys.get(part);
  if (known !== undefined) return known;
  partCount += 1;
  partKeys.set(part, String(partCount));
  return String(partCount);
}

/** @type {HTMLElement | undefined} */
let unreachablePart;

/** @param {Target} target */
function unreachable(target) {
  unreachablePart ??= element('div', { class: 'card message', role: 'alert' }, element('h2'), element('p'));
  const [title, text] = [...unreachablePart.children];
  setText(
    /** @type {Element} */ (title),
    target.state === 'unreadable' ? 'The answer has no metrics' : 'The bot does not answer',
  );
  setText(/** @type {Element} */ (text), `${target.url}: ${target.problem}. It is tried again every few seconds.`);
  return unreachablePart;
}

function skeleton() {
  return [
    element('p', { class: 'unseen' }, 'Waiting for the first scrape.'),
    element('div', { class: 'bone strip' }),
    element('div', { class: 'two' }, element('div', { class: 'bone tall' }), element('div', { class: 'bone tall' })),
  ];
}

const themes = /** @type {const} */ (['auto', 'light', 'dark']);

function themeButton() {
  const button = element('button', { type: 'button', class: 'quiet theme' }, themeIcon());
  const show = (/** @type {string} */ theme) => {
    setAttribute(document.documentElement, 'data-theme', theme === 'auto' ? undefined : theme);
    setAttribute(button, 'aria-label', `Theme: ${theme}. Change it.`);
    setAttribute(button, 'title', `Theme: ${theme}`);
  };
  let theme = stored() ?? 'auto';
  show(theme);
  button.addEventListener('click', () => {
    theme = themes[(themes.findIndex((each) => each === theme) + 1) % themes.length] ?? 'auto';
    show(theme);
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // it applies until the page is closed
    }
  });
  return button;
}

function stored() {
  try {
    const theme = localStorage.getItem('theme');
    return themes.find((each) => each === theme);
  } catch {
    return undefined;
  }
}
