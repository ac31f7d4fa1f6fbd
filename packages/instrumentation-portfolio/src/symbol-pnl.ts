import type { Meter } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  type AttributesOf,
  tradingPositionRealizedPnl,
} from '@trademeter/semantic-conventions';
import { isDefined } from './shown-figure.ts';

/** What a round trip was made in, as its caller says. */
export interface TradedSymbol {
  readonly symbol?: string | null | undefined;
  readonly venue?: string | null | undefined;
}

interface Realized {
  readonly attributes: AttributesOf<typeof tradingPositionRealizedPnl>;
  total: number;
}

const mostSymbols = tradingPositionRealizedPnl.cardinalityLimit;

/** What round trips in each symbol have realized since the portfolio began. */
export class SymbolPnl {
  readonly #meter: Meter;
  readonly #defaults: {
    readonly currency: string;
    readonly account: string | undefined;
    readonly venue: string | undefined;
  };
  readonly #realized = new Map<string, Realized>();

  constructor(
    meter: Meter,
    defaults: { readonly currency: string; readonly account: string | undefined; readonly venue: string | undefined },
  ) {
    this.#meter = meter;
    this.#defaults = defaults;
    meter.observable(tradingPositionRealizedPnl).observe((observe) => {
      for (const { attributes, total } of this.#realized.values()) if (isDefined(total)) observe(total, attributes);
    });
  }

  /** A round trip is over. One without a symbol counts for none. */
  book(pnl: number, traded: TradedSymbol, strategy: string | undefined): void {
    const attribute = (key: typeof ATTR_TRADING_SYMBOL | typeof ATTR_TRADING_VENUE, value: unknown) =>
      value === undefined || value === null ? undefined : this.#meter.attribute(tradingPositionRealizedPnl, key, value);
    const symbol = attribute(ATTR_TRADING_SYMBOL, traded.symbol);
    if (symbol === undefined) return;
    const venue = attribute(ATTR_TRADING_VENUE, traded.venue) ?? this.#defaults.venue;
    const key = JSON.stringify([symbol, venue, strategy]);
    const known = this.#realized.get(key);
    if (known !== undefined) {
      known.total += pnl;
      return;
    }
    if (this.#realized.size >= mostSymbols) {
      this.#meter.drop(
        tradingPositionRealizedPnl.name,
        'too_many_series',
        `the P&L of no more than ${mostSymbols} symbols is kept, got one more`,
      );
      return;
    }
    const attributes = {
      [ATTR_TRADING_SYMBOL]: symbol,
      [ATTR_TRADING_CURRENCY]: this.#defaults.currency,
      [ATTR_TRADING_VENUE]: venue,
      [ATTR_TRADING_ACCOUNT]: this.#defaults.account,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
    };
    this.#realized.set(key, { attributes, total: pnl });
  }

  /** Begins again at 0: an SDK would go on showing what is no longer reported. */
  reset(): void {
    for (const realized of this.#realized.values()) realized.total = 0;
  }
}
