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

/** The symbol and venue of a round trip, as the caller passed them. */
export interface TradedSymbol {
  readonly symbol?: string | null | undefined;
  readonly venue?: string | null | undefined;
}

interface Realized {
  readonly attributes: AttributesOf<typeof tradingPositionRealizedPnl>;
  total: number;
}

const mostSymbols = tradingPositionRealizedPnl.cardinalityLimit;

/** The realized P&L of each symbol since the portfolio started. */
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

  /** Adds a round trip. Without a symbol it is ignored. */
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
        `realized P&L is recorded for at most ${mostSymbols} symbols, got one more`,
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

  /** Starts again at 0. If the series were not reported, some SDKs would keep exporting the last value. */
  reset(): void {
    for (const realized of this.#realized.values()) realized.total = 0;
  }
}
