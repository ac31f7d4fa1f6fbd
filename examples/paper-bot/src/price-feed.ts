import type { Feed, MarketDataMetrics, Provider } from '@trademeter/instrumentation-market-data';
import type { Bar } from './bars.ts';
import type { Random } from './random.ts';
import type { Sleep } from './sleep.ts';

/** The provider's answer to too many requests, with ccxt's name. */
class RateLimitExceeded extends Error {
  override readonly name = 'RateLimitExceeded';
}

class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

const providerName = 'paper_data';
const attempts = 8;

/** A realistic market data provider: mostly fast, sometimes rate-limited or unavailable. */
export class PriceFeed {
  readonly #random: Random;
  readonly #sleep: Sleep;
  readonly #provider: Provider;
  readonly #feed: Feed;
  readonly #dataset;
  readonly #onError: (error: unknown) => void;
  /** Requests that fail until the provider is available again. */
  #outage = 0;

  /** @param onError called for each failed request */
  constructor(
    market: MarketDataMetrics,
    symbol: string,
    random: Random,
    sleep: Sleep,
    onError: (error: unknown) => void,
  ) {
    this.#random = random;
    this.#sleep = sleep;
    this.#provider = market.provider(providerName);
    this.#feed = market.feed(providerName);
    this.#dataset = market.dataset({ provider: providerName, type: 'ohlcv', symbol });
    this.#onError = onError;
  }

  /** Fetches a day's bar, with retries. @throws Error if the provider stays unavailable */
  async fetch<B extends Bar>(bar: B): Promise<B> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#provider.call('bars', () => this.#request(bar));
        this.#accept();
        return answer;
      } catch (error) {
        this.#onError(error);
        if (attempt === attempts) throw error;
        await this.#sleep(5 * attempt);
      }
    }
  }

  #accept(): void {
    // The provider sometimes repeats a bar or sends a malformed one.
    if (this.#random.uniform() < 0.02) this.#feed.duplicate();
    if (this.#random.uniform() < 0.005) this.#feed.failed();
    this.#feed.processed();
    this.#dataset.received();
  }

  async #request<B extends Bar>(bar: B): Promise<B> {
    await this.#sleep(1 + 6 * this.#random.uniform() ** 4);
    if (this.#outage > 0) {
      this.#outage -= 1;
      throw new NetworkError('connection reset');
    }
    const draw = this.#random.uniform();
    if (draw < 0.003) this.#outage = 4;
    else if (draw < 0.013) throw new RateLimitExceeded('too many requests');
    return bar;
  }
}
