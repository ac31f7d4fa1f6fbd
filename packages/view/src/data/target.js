import { ExpositionError, parseExposition } from '../exposition/parse.js';
import { Bot, samplesByBot } from './bot.js';

/** @typedef {import('../exposition/parse.js').Labels} Labels */
/** @typedef {import('./bot.js').FamilyInfo} FamilyInfo */

/**
 * The result of the last scrape: `loading` before the first, `up`, `down` without an answer, `refused` for
 * a missing or wrong token or password, `unreadable` if the answer is not an exposition.
 *
 *
 * @typedef {'loading' | 'up' | 'down' | 'refused' | 'unreadable'} TargetState
 */

const timeoutMillis = 10_000;

/** One address that is scraped while the page is open. */
export class Target {
  /** @type {TargetState} */
  state = 'loading';
  /** Why it is not up. */
  problem = '';
  /** Milliseconds since 1970 of the last successful scrape. */
  lastSuccess = 0;
  /** Milliseconds since 1970 of the first failed scrape after that. */
  failingSince = 0;
  durationMillis = 0;
  length = 0;
  /** @type {Map<string, Bot>} */
  bots = new Map();
  /** The page's work for the last scrape, in milliseconds. */
  workMillis = 0;
  /** Sent as it is; in memory only. @type {string | undefined} */
  authorization;
  /** The header that asked for it. */
  challenge = '';
  /** Ends the pause before the next scrape. */
  wake = () => {};
  #url;
  /** @type {Map<string, Labels>} */
  #labelCache = new Map();

  /**
   * @param {string} url
   * @param {string} [givenName]
   */
  constructor(url, givenName = '') {
    this.#url = url;
    this.givenName = givenName;
  }

  get url() {
    return this.#url;
  }

  /**
   * Retries with a token or password.
   *
   * @param {string} authorization
   */
  authorize(authorization) {
    this.authorization = authorization;
    this.state = 'loading';
    this.wake();
  }

  /** Scrapes once. Never rejects. */
  async scrape() {
    const start = performance.now();
    /** @type {Response} */
    let response;
    let text = '';
    try {
      response = await fetch(this.#url, {
        headers: {
          accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1',
          ...(this.authorization === undefined ? {} : { authorization: this.authorization }),
        },
        cache: 'no-store',
        // prevents the browser's password dialog
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMillis),
      });
      text = await response.text();
    } catch (error) {
      const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
      this.#fail('down', isTimeout ? `no answer within ${timeoutMillis / 1000} s` : 'nothing answers at its address');
      return;
    }
    this.durationMillis = performance.now() - start;
    if (response.status === 401 || response.status === 403) {
      this.challenge = response.headers.get('www-authenticate') ?? '';
      this.#fail('refused', this.authorization === undefined ? '' : 'the token or password was refused');
    } else if (!response.ok) {
      const line = text.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
      // the view server says what is wrong
      this.#fail('down', response.status === 502 && line !== '' ? line : `it answered ${response.status}: ${line}`);
    } else {
      this.#read(text, response.headers.get('content-type') ?? '');
    }
  }

  /**
   * @param {string} text
   * @param {string} contentType
   */
  #read(text, contentType) {
    const start = performance.now();
    const now = Date.now();
    try {
      const { families } = parseExposition(text, { contentType, labelCache: this.#labelCache });
      if (/html/i.test(contentType) || (families.size === 0 && text.trim() !== '')) {
        this.#fail('unreadable', 'the answer is a page, not metrics: is this the right address?');
        return;
      }
      // Ended label sets would stay forever.
      let count = 0;
      for (const { samples } of families.values()) count += samples.length;
      if (this.#labelCache.size > 2 * count + 1000) this.#labelCache.clear();
      /** @type {Map<string, FamilyInfo>} */
      const infos = new Map();
      for (const { name, type, help, unit } of families.values()) infos.set(name, { type, help, unit });
      for (const [key, samples] of samplesByBot(families.values())) {
        const bot = this.bots.get(key) ?? new Bot();
        this.bots.set(key, bot);
        bot.append(now, samples, infos);
      }
    } catch (error) {
      if (!(error instanceof ExpositionError)) throw error;
      this.#fail('unreadable', /^\s*</.test(text) ? 'the answer is a page, not metrics' : error.message);
      return;
    }
    this.length = text.length;
    this.state = 'up';
    this.problem = '';
    this.lastSuccess = now;
    this.failingSince = 0;
    this.workMillis = performance.now() - start;
  }

  /**
   * @param {TargetState} state
   * @param {string} problem
   */
  #fail(state, problem) {
    this.state = state;
    this.problem = problem;
    if (this.failingSince !== 0) return;
    this.failingSince = Date.now();
    for (const bot of this.bots.values()) bot.history.appendGap(this.failingSince);
  }
}
