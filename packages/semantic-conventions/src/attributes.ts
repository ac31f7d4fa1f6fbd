// Generated from model/ by `pnpm generate`. Change it there.

/**
 * Exchange or broker of the orders. Lowercase, with the same spelling in all metrics of a bot.
 *
 * For example `binance`, `alpaca`, `ibkr`.
 */
export const ATTR_TRADING_VENUE = 'trading.venue' as const;

/**
 * Whether the bot trades with real money. A resource attribute: a process trades in one mode, so it is set once and is
 * not an attribute of any metric.
 */
export const ATTR_TRADING_MODE = 'trading.mode' as const;

/**
 * Real orders, real money.
 *
 * A value of `trading.mode`.
 */
export const TRADING_MODE_VALUE_LIVE = 'live' as const;

/**
 * Live prices, simulated orders.
 *
 * A value of `trading.mode`.
 */
export const TRADING_MODE_VALUE_PAPER = 'paper' as const;

/**
 * Historical prices, simulated orders.
 *
 * A value of `trading.mode`.
 */
export const TRADING_MODE_VALUE_BACKTEST = 'backtest' as const;

/**
 * Account at the venue. Opt-in, because account numbers do not belong in every monitoring system. Use an alias. FIX
 * Account(1).
 *
 * For example `main`, `hedge`.
 */
export const ATTR_TRADING_ACCOUNT = 'trading.account' as const;

/**
 * What a portfolio is compared with.
 *
 * For example `buy_and_hold`, `SPY`.
 */
export const ATTR_TRADING_BENCHMARK_NAME = 'trading.benchmark.name' as const;

/**
 * Traded instrument, as the venue writes it. FIX Symbol(55). This attribute multiplies series most, so few histograms
 * have it.
 *
 * For example `BTC/USDT`, `AAPL`.
 */
export const ATTR_TRADING_SYMBOL = 'trading.symbol' as const;

/**
 * Currency of an amount: an ISO 4217 code or the code of a crypto asset. Required on every metric of money, because
 * amounts in different currencies must not be added. FIX Currency(15).
 *
 * For example `USD`, `EUR`, `USDT`.
 */
export const ATTR_TRADING_CURRENCY = 'trading.currency' as const;

/**
 * Name of the strategy that acted.
 *
 * For example `momentum`, `mean_reversion`.
 */
export const ATTR_TRADING_STRATEGY_NAME = 'trading.strategy.name' as const;

/** State of a strategy. */
export const ATTR_TRADING_STRATEGY_STATE = 'trading.strategy.state' as const;

/**
 * It generates signals, and they are traded.
 *
 * A value of `trading.strategy.state`.
 */
export const TRADING_STRATEGY_STATE_VALUE_ACTIVE = 'active' as const;

/**
 * It does not trade for now.
 *
 * A value of `trading.strategy.state`.
 */
export const TRADING_STRATEGY_STATE_VALUE_PAUSED = 'paused' as const;

/**
 * It does not run.
 *
 * A value of `trading.strategy.state`.
 */
export const TRADING_STRATEGY_STATE_VALUE_STOPPED = 'stopped' as const;

/** Whether the order buys or sells. FIX Side(54): 1 buy, 2 sell, 5 sell short. */
export const ATTR_TRADING_ORDER_SIDE = 'trading.order.side' as const;

/**
 * Buy. FIX 1.
 *
 * A value of `trading.order.side`.
 */
export const TRADING_ORDER_SIDE_VALUE_BUY = 'buy' as const;

/**
 * Sell a holding. FIX 2.
 *
 * A value of `trading.order.side`.
 */
export const TRADING_ORDER_SIDE_VALUE_SELL = 'sell' as const;

/**
 * Sell short. FIX 5.
 *
 * A value of `trading.order.side`.
 */
export const TRADING_ORDER_SIDE_VALUE_SELL_SHORT = 'sell_short' as const;

/** How the order is priced. FIX OrdType(40). Other values are the names of FIX or the venue in snake case. */
export const ATTR_TRADING_ORDER_TYPE = 'trading.order.type' as const;

/**
 * At the market price. FIX 1.
 *
 * A value of `trading.order.type`.
 */
export const TRADING_ORDER_TYPE_VALUE_MARKET = 'market' as const;

/**
 * At a limit price or better. FIX 2.
 *
 * A value of `trading.order.type`.
 */
export const TRADING_ORDER_TYPE_VALUE_LIMIT = 'limit' as const;

/**
 * A market order once a price is reached. FIX 3.
 *
 * A value of `trading.order.type`.
 */
export const TRADING_ORDER_TYPE_VALUE_STOP = 'stop' as const;

/**
 * A limit order once a price is reached. FIX 4.
 *
 * A value of `trading.order.type`.
 */
export const TRADING_ORDER_TYPE_VALUE_STOP_LIMIT = 'stop_limit' as const;

/**
 * A stop that follows the price; in FIX a pegged order, P.
 *
 * A value of `trading.order.type`.
 */
export const TRADING_ORDER_TYPE_VALUE_TRAILING_STOP = 'trailing_stop' as const;

/** How long the order stays valid. FIX TimeInForce(59). */
export const ATTR_TRADING_ORDER_TIME_IN_FORCE = 'trading.order.time_in_force' as const;

/**
 * Until the session ends. FIX 0.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_DAY = 'day' as const;

/**
 * Until it is canceled. FIX 1.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_GOOD_TILL_CANCEL = 'good_till_cancel' as const;

/**
 * Only in the opening auction. FIX 2.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_AT_THE_OPEN = 'at_the_open' as const;

/**
 * The quantity that can be filled immediately; the rest is canceled. FIX 3.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_IMMEDIATE_OR_CANCEL = 'immediate_or_cancel' as const;

/**
 * The whole quantity immediately, or nothing. FIX 4.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_FILL_OR_KILL = 'fill_or_kill' as const;

/**
 * Until a given date. FIX 6.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_GOOD_TILL_DATE = 'good_till_date' as const;

/**
 * Only in the closing auction. FIX 7.
 *
 * A value of `trading.order.time_in_force`.
 */
export const TRADING_ORDER_TIME_IN_FORCE_VALUE_AT_THE_CLOSE = 'at_the_close' as const;

/**
 * How the order ended. The terminal values of FIX OrdStatus(39), and `failed` for an order that the venue never
 * received. The status `closed` of ccxt is `filled` if something was filled, else `canceled`.
 */
export const ATTR_TRADING_ORDER_OUTCOME = 'trading.order.outcome' as const;

/**
 * Completely executed. FIX 2.
 *
 * A value of `trading.order.outcome`.
 */
export const TRADING_ORDER_OUTCOME_VALUE_FILLED = 'filled' as const;

/**
 * Canceled with some or all of it unfilled. FIX 4.
 *
 * A value of `trading.order.outcome`.
 */
export const TRADING_ORDER_OUTCOME_VALUE_CANCELED = 'canceled' as const;

/**
 * Rejected by the venue. FIX 8.
 *
 * A value of `trading.order.outcome`.
 */
export const TRADING_ORDER_OUTCOME_VALUE_REJECTED = 'rejected' as const;

/**
 * Its time in force ran out. FIX C.
 *
 * A value of `trading.order.outcome`.
 */
export const TRADING_ORDER_OUTCOME_VALUE_EXPIRED = 'expired' as const;

/**
 * Never acknowledged by the venue, because the request did not arrive or was never answered.
 *
 * A value of `trading.order.outcome`.
 */
export const TRADING_ORDER_OUTCOME_VALUE_FAILED = 'failed' as const;

/**
 * Whether the order may only add liquidity. FIX ExecInst(18) 6. Recorded if it is true.
 *
 * For example `true`.
 */
export const ATTR_TRADING_ORDER_POST_ONLY = 'trading.order.post_only' as const;

/**
 * Whether the order may only reduce a position. FIX ExecInst(18) E. Recorded if it is true.
 *
 * For example `true`.
 */
export const ATTR_TRADING_ORDER_REDUCE_ONLY = 'trading.order.reduce_only' as const;

/** How the venue changed an execution. */
export const ATTR_TRADING_CORRECTION_TYPE = 'trading.correction.type' as const;

/**
 * Its quantity or price changed. FIX ExecType(150) G.
 *
 * A value of `trading.correction.type`.
 */
export const TRADING_CORRECTION_TYPE_VALUE_CORRECTED = 'corrected' as const;

/**
 * It did not happen. FIX ExecType(150) H.
 *
 * A value of `trading.correction.type`.
 */
export const TRADING_CORRECTION_TYPE_VALUE_BUSTED = 'busted' as const;

/** Kind of a request to the venue. */
export const ATTR_TRADING_ORDER_OPERATION = 'trading.order.operation' as const;

/**
 * Place an order. FIX NewOrderSingle(D).
 *
 * A value of `trading.order.operation`.
 */
export const TRADING_ORDER_OPERATION_VALUE_NEW = 'new' as const;

/**
 * Change an open order. FIX OrderCancelReplaceRequest(G).
 *
 * A value of `trading.order.operation`.
 */
export const TRADING_ORDER_OPERATION_VALUE_REPLACE = 'replace' as const;

/**
 * Cancel an open order. FIX OrderCancelRequest(F).
 *
 * A value of `trading.order.operation`.
 */
export const TRADING_ORDER_OPERATION_VALUE_CANCEL = 'cancel' as const;

/** Whether the fill added or removed liquidity. FIX LastLiquidityInd(851). */
export const ATTR_TRADING_ORDER_LIQUIDITY = 'trading.order.liquidity' as const;

/**
 * The order rested in the book. FIX 1, added liquidity.
 *
 * A value of `trading.order.liquidity`.
 */
export const TRADING_ORDER_LIQUIDITY_VALUE_MAKER = 'maker' as const;

/**
 * The order met a resting one. FIX 2, removed liquidity.
 *
 * A value of `trading.order.liquidity`.
 */
export const TRADING_ORDER_LIQUIDITY_VALUE_TAKER = 'taker' as const;

/**
 * Whether money was paid or received. Counters have no negative amounts, so the sign is an attribute: a rebate is a
 * fee received.
 */
export const ATTR_TRADING_PAYMENT_DIRECTION = 'trading.payment.direction' as const;

/**
 * The bot paid.
 *
 * A value of `trading.payment.direction`.
 */
export const TRADING_PAYMENT_DIRECTION_VALUE_PAID = 'paid' as const;

/**
 * The bot was paid.
 *
 * A value of `trading.payment.direction`.
 */
export const TRADING_PAYMENT_DIRECTION_VALUE_RECEIVED = 'received' as const;

/**
 * Whether the fill was worse or better than the expected price. Histograms have no negative values, so the sign is an
 * attribute.
 */
export const ATTR_TRADING_SLIPPAGE_DIRECTION = 'trading.slippage.direction' as const;

/**
 * Worse: bought above or sold below the expected price.
 *
 * A value of `trading.slippage.direction`.
 */
export const TRADING_SLIPPAGE_DIRECTION_VALUE_ADVERSE = 'adverse' as const;

/**
 * Better: bought below or sold above the expected price.
 *
 * A value of `trading.slippage.direction`.
 */
export const TRADING_SLIPPAGE_DIRECTION_VALUE_FAVORABLE = 'favorable' as const;

/**
 * At the expected price.
 *
 * A value of `trading.slippage.direction`.
 */
export const TRADING_SLIPPAGE_DIRECTION_VALUE_NONE = 'none' as const;

/** Result of a round trip, net of fees. */
export const ATTR_TRADING_TRADE_RESULT = 'trading.trade.result' as const;

/**
 * It made money.
 *
 * A value of `trading.trade.result`.
 */
export const TRADING_TRADE_RESULT_VALUE_WIN = 'win' as const;

/**
 * It lost money.
 *
 * A value of `trading.trade.result`.
 */
export const TRADING_TRADE_RESULT_VALUE_LOSS = 'loss' as const;

/**
 * Neither profit nor loss.
 *
 * A value of `trading.trade.result`.
 */
export const TRADING_TRADE_RESULT_VALUE_BREAKEVEN = 'breakeven' as const;

/** Direction of a position. */
export const ATTR_TRADING_POSITION_SIDE = 'trading.position.side' as const;

/**
 * It gains when the price rises.
 *
 * A value of `trading.position.side`.
 */
export const TRADING_POSITION_SIDE_VALUE_LONG = 'long' as const;

/**
 * It gains when the price falls.
 *
 * A value of `trading.position.side`.
 */
export const TRADING_POSITION_SIDE_VALUE_SHORT = 'short' as const;

/** Action that a signal calls for. */
export const ATTR_TRADING_SIGNAL_TYPE = 'trading.signal.type' as const;

/**
 * Open or add to a long position.
 *
 * A value of `trading.signal.type`.
 */
export const TRADING_SIGNAL_TYPE_VALUE_BUY = 'buy' as const;

/**
 * Reduce, close or reverse.
 *
 * A value of `trading.signal.type`.
 */
export const TRADING_SIGNAL_TYPE_VALUE_SELL = 'sell' as const;

/**
 * Do nothing.
 *
 * A value of `trading.signal.type`.
 */
export const TRADING_SIGNAL_TYPE_VALUE_HOLD = 'hold' as const;

/** Confidence of a signal, in bands that the bot defines. */
export const ATTR_TRADING_SIGNAL_CONFIDENCE_BAND = 'trading.signal.confidence_band' as const;

/**
 * Low.
 *
 * A value of `trading.signal.confidence_band`.
 */
export const TRADING_SIGNAL_CONFIDENCE_BAND_VALUE_LOW = 'low' as const;

/**
 * Medium.
 *
 * A value of `trading.signal.confidence_band`.
 */
export const TRADING_SIGNAL_CONFIDENCE_BAND_VALUE_MEDIUM = 'medium' as const;

/**
 * High.
 *
 * A value of `trading.signal.confidence_band`.
 */
export const TRADING_SIGNAL_CONFIDENCE_BAND_VALUE_HIGH = 'high' as const;

/** Decision of a strategy or an agent. */
export const ATTR_TRADING_DECISION_ACTION = 'trading.decision.action' as const;

/**
 * Buy.
 *
 * A value of `trading.decision.action`.
 */
export const TRADING_DECISION_ACTION_VALUE_BUY = 'buy' as const;

/**
 * Sell.
 *
 * A value of `trading.decision.action`.
 */
export const TRADING_DECISION_ACTION_VALUE_SELL = 'sell' as const;

/**
 * Do nothing.
 *
 * A value of `trading.decision.action`.
 */
export const TRADING_DECISION_ACTION_VALUE_HOLD = 'hold' as const;

/** What a circuit breaker guards, which is the reason if it opens. */
export const ATTR_TRADING_BREAKER_NAME = 'trading.breaker.name' as const;

/**
 * The daily loss.
 *
 * A value of `trading.breaker.name`.
 */
export const TRADING_BREAKER_NAME_VALUE_DAILY_LOSS = 'daily_loss' as const;

/**
 * The drawdown from the highest equity.
 *
 * A value of `trading.breaker.name`.
 */
export const TRADING_BREAKER_NAME_VALUE_MAX_DRAWDOWN = 'max_drawdown' as const;

/**
 * The share of failed operations.
 *
 * A value of `trading.breaker.name`.
 */
export const TRADING_BREAKER_NAME_VALUE_ERROR_RATE = 'error_rate' as const;

/** State of a circuit breaker. As in an electric circuit, open means that trading is halted. */
export const ATTR_TRADING_BREAKER_STATE = 'trading.breaker.state' as const;

/**
 * Trading is allowed.
 *
 * A value of `trading.breaker.state`.
 */
export const TRADING_BREAKER_STATE_VALUE_CLOSED = 'closed' as const;

/**
 * Trading is halted.
 *
 * A value of `trading.breaker.state`.
 */
export const TRADING_BREAKER_STATE_VALUE_OPEN = 'open' as const;

/**
 * A few orders are allowed as a test.
 *
 * A value of `trading.breaker.state`.
 */
export const TRADING_BREAKER_STATE_VALUE_HALF_OPEN = 'half_open' as const;

/** State of the kill switch. */
export const ATTR_TRADING_KILL_SWITCH_STATE = 'trading.kill_switch.state' as const;

/**
 * Trading is allowed.
 *
 * A value of `trading.kill_switch.state`.
 */
export const TRADING_KILL_SWITCH_STATE_VALUE_INACTIVE = 'inactive' as const;

/**
 * All trading is stopped.
 *
 * A value of `trading.kill_switch.state`.
 */
export const TRADING_KILL_SWITCH_STATE_VALUE_ACTIVE = 'active' as const;

/**
 * Name of a risk rule. Any text; use few values.
 *
 * For example `max_position_size`, `min_liquidity`.
 */
export const ATTR_TRADING_RULE_NAME = 'trading.rule.name' as const;

/** Result of the check of a rule. */
export const ATTR_TRADING_RULE_RESULT = 'trading.rule.result' as const;

/**
 * The rule allowed it.
 *
 * A value of `trading.rule.result`.
 */
export const TRADING_RULE_RESULT_VALUE_PASS = 'pass' as const;

/**
 * The rule rejected it.
 *
 * A value of `trading.rule.result`.
 */
export const TRADING_RULE_RESULT_VALUE_FAIL = 'fail' as const;

/**
 * Reason of a rejection by risk management. Any text, but not a message; use few values.
 *
 * For example `max_positions`, `insufficient_buying_power`.
 */
export const ATTR_TRADING_RISK_REASON = 'trading.risk.reason' as const;

/**
 * Name of a risk limit. Any text; use few values.
 *
 * For example `gross_exposure`, `position_size`.
 */
export const ATTR_TRADING_RISK_LIMIT_NAME = 'trading.risk.limit.name' as const;

/** What closed a position. */
export const ATTR_TRADING_EXIT_TRIGGER = 'trading.exit.trigger' as const;

/**
 * The loss reached its limit.
 *
 * A value of `trading.exit.trigger`.
 */
export const TRADING_EXIT_TRIGGER_VALUE_STOP_LOSS = 'stop_loss' as const;

/**
 * The profit reached its target.
 *
 * A value of `trading.exit.trigger`.
 */
export const TRADING_EXIT_TRIGGER_VALUE_TAKE_PROFIT = 'take_profit' as const;

/**
 * The price fell back from its best value.
 *
 * A value of `trading.exit.trigger`.
 */
export const TRADING_EXIT_TRIGGER_VALUE_TRAILING_STOP = 'trailing_stop' as const;

/**
 * It reached its maximum holding time.
 *
 * A value of `trading.exit.trigger`.
 */
export const TRADING_EXIT_TRIGGER_VALUE_TIME = 'time' as const;

/**
 * A strategy closed it.
 *
 * A value of `trading.exit.trigger`.
 */
export const TRADING_EXIT_TRIGGER_VALUE_SIGNAL = 'signal' as const;

/**
 * The venue closed it because of missing margin.
 *
 * A value of `trading.exit.trigger`.
 */
export const TRADING_EXIT_TRIGGER_VALUE_LIQUIDATION = 'liquidation' as const;

/** Event of a compliance check. */
export const ATTR_TRADING_COMPLIANCE_EVENT = 'trading.compliance.event' as const;

/**
 * A trade was skipped that would have counted as pattern day trading.
 *
 * A value of `trading.compliance.event`.
 */
export const TRADING_COMPLIANCE_EVENT_VALUE_PDT_AVOIDED = 'pdt_avoided' as const;

/**
 * A trade was skipped because its cash had not settled.
 *
 * A value of `trading.compliance.event`.
 */
export const TRADING_COMPLIANCE_EVENT_VALUE_UNSETTLED_CASH = 'unsettled_cash' as const;

/**
 * Period that a figure covers. The periods overlap: select one, and never sum over them. A day starts at midnight in
 * the time zone of the portfolio instrumentation.
 */
export const ATTR_TRADING_PERIOD = 'trading.period' as const;

/**
 * Since midnight.
 *
 * A value of `trading.period`.
 */
export const TRADING_PERIOD_VALUE_DAY = 'day' as const;

/**
 * Since Monday.
 *
 * A value of `trading.period`.
 */
export const TRADING_PERIOD_VALUE_WEEK = 'week' as const;

/**
 * Since the first of the month.
 *
 * A value of `trading.period`.
 */
export const TRADING_PERIOD_VALUE_MONTH = 'month' as const;

/**
 * Since the first of January.
 *
 * A value of `trading.period`.
 */
export const TRADING_PERIOD_VALUE_YEAR = 'year' as const;

/**
 * Since the start.
 *
 * A value of `trading.period`.
 */
export const TRADING_PERIOD_VALUE_TOTAL = 'total' as const;

/**
 * Name of a prediction model that is not a language model. Any text; use few values. Without a version that changes
 * with every training.
 *
 * For example `price_lstm`, `regime_classifier`.
 */
export const ATTR_TRADING_MODEL_NAME = 'trading.model.name' as const;

/**
 * Name of a calculated feature or group of features. Any text; use few values.
 *
 * For example `rsi`, `order_book_imbalance`.
 */
export const ATTR_TRADING_FEATURE_NAME = 'trading.feature.name' as const;

/**
 * Name of a cache. The own cache of a provider has the name of the provider.
 *
 * For example `features`, `quotes`.
 */
export const ATTR_TRADING_CACHE_NAME = 'trading.cache.name' as const;

/** Layer of a cache that has several. Layers are numbered, starting with the fastest. */
export const ATTR_TRADING_CACHE_LAYER = 'trading.cache.layer' as const;

/**
 * In the process.
 *
 * A value of `trading.cache.layer`.
 */
export const TRADING_CACHE_LAYER_VALUE_L1_MEMORY = 'l1_memory' as const;

/**
 * In Redis.
 *
 * A value of `trading.cache.layer`.
 */
export const TRADING_CACHE_LAYER_VALUE_L1_REDIS = 'l1_redis' as const;

/**
 * In TimescaleDB.
 *
 * A value of `trading.cache.layer`.
 */
export const TRADING_CACHE_LAYER_VALUE_L2_TIMESCALEDB = 'l2_timescaledb' as const;

/** Whether the cache had the value. */
export const ATTR_TRADING_CACHE_RESULT = 'trading.cache.result' as const;

/**
 * The cache had the value.
 *
 * A value of `trading.cache.result`.
 */
export const TRADING_CACHE_RESULT_VALUE_HIT = 'hit' as const;

/**
 * The cache did not have the value.
 *
 * A value of `trading.cache.result`.
 */
export const TRADING_CACHE_RESULT_VALUE_MISS = 'miss' as const;

/**
 * Name of an outside service: market data, broker, news, webhook.
 *
 * For example `polygon`, `finnhub`, `discord`.
 */
export const ATTR_TRADING_PROVIDER_NAME = 'trading.provider.name' as const;

/**
 * Endpoint or call of a provider. The route without its parameters.
 *
 * For example `get_bars`, `/v2/quotes`.
 */
export const ATTR_TRADING_PROVIDER_OPERATION = 'trading.provider.operation' as const;

/** State of a provider. */
export const ATTR_TRADING_PROVIDER_STATE = 'trading.provider.state' as const;

/**
 * It is available.
 *
 * A value of `trading.provider.state`.
 */
export const TRADING_PROVIDER_STATE_VALUE_AVAILABLE = 'available' as const;

/**
 * It is not available.
 *
 * A value of `trading.provider.state`.
 */
export const TRADING_PROVIDER_STATE_VALUE_UNAVAILABLE = 'unavailable' as const;

/** Kind of market data. */
export const ATTR_TRADING_DATA_TYPE = 'trading.data.type' as const;

/**
 * Last price and quote.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_TICKER = 'ticker' as const;

/**
 * Bars.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_OHLCV = 'ohlcv' as const;

/**
 * Bids and asks by price.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_ORDER_BOOK = 'order_book' as const;

/**
 * Single trades.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_TRADES = 'trades' as const;

/**
 * News.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_NEWS = 'news' as const;

/**
 * Sentiment scores.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_SENTIMENT = 'sentiment' as const;

/**
 * Trades in options.
 *
 * A value of `trading.data.type`.
 */
export const TRADING_DATA_TYPE_VALUE_OPTIONS_FLOW = 'options_flow' as const;

/**
 * Source of the items of a feed. Any text; use few values.
 *
 * For example `rss`, `sec`, `social`.
 */
export const ATTR_TRADING_FEED_SOURCE = 'trading.feed.source' as const;

/** Result for an item of a feed. */
export const ATTR_TRADING_FEED_RESULT = 'trading.feed.result' as const;

/**
 * It was processed.
 *
 * A value of `trading.feed.result`.
 */
export const TRADING_FEED_RESULT_VALUE_PROCESSED = 'processed' as const;

/**
 * It was seen before.
 *
 * A value of `trading.feed.result`.
 */
export const TRADING_FEED_RESULT_VALUE_DUPLICATE = 'duplicate' as const;

/**
 * It could not be processed.
 *
 * A value of `trading.feed.result`.
 */
export const TRADING_FEED_RESULT_VALUE_FAILED = 'failed' as const;

/** Sign of a sentiment score. Histograms have no negative values, so the sign is an attribute. */
export const ATTR_TRADING_SENTIMENT_POLARITY = 'trading.sentiment.polarity' as const;

/**
 * Above 0.
 *
 * A value of `trading.sentiment.polarity`.
 */
export const TRADING_SENTIMENT_POLARITY_VALUE_POSITIVE = 'positive' as const;

/**
 * About 0.
 *
 * A value of `trading.sentiment.polarity`.
 */
export const TRADING_SENTIMENT_POLARITY_VALUE_NEUTRAL = 'neutral' as const;

/**
 * Below 0.
 *
 * A value of `trading.sentiment.polarity`.
 */
export const TRADING_SENTIMENT_POLARITY_VALUE_NEGATIVE = 'negative' as const;

/**
 * Part of the bot in which something happened. Any text; use few values.
 *
 * For example `runner`, `broker`, `enrichment`.
 */
export const ATTR_TRADING_COMPONENT = 'trading.component' as const;

/** Severity of an error. */
export const ATTR_TRADING_ERROR_SEVERITY = 'trading.error.severity' as const;

/**
 * The bot continued normally.
 *
 * A value of `trading.error.severity`.
 */
export const TRADING_ERROR_SEVERITY_VALUE_WARNING = 'warning' as const;

/**
 * An operation failed.
 *
 * A value of `trading.error.severity`.
 */
export const TRADING_ERROR_SEVERITY_VALUE_ERROR = 'error' as const;

/**
 * It needs attention now.
 *
 * A value of `trading.error.severity`.
 */
export const TRADING_ERROR_SEVERITY_VALUE_CRITICAL = 'critical' as const;

/**
 * Subject of an alert. Any text; use few values.
 *
 * For example `breakout`, `earnings`, `risk`.
 */
export const ATTR_TRADING_ALERT_CATEGORY = 'trading.alert.category' as const;

/**
 * Channel of an alert. Any text; use few values.
 *
 * For example `discord`, `email`.
 */
export const ATTR_TRADING_ALERT_CHANNEL = 'trading.alert.channel' as const;

/**
 * Name of something that the bot needs in order to run.
 *
 * For example `redis`, `timescaledb`.
 */
export const ATTR_TRADING_DEPENDENCY_NAME = 'trading.dependency.name' as const;

/** State of a dependency. */
export const ATTR_TRADING_DEPENDENCY_STATE = 'trading.dependency.state' as const;

/**
 * It can be reached.
 *
 * A value of `trading.dependency.state`.
 */
export const TRADING_DEPENDENCY_STATE_VALUE_UP = 'up' as const;

/**
 * It cannot be reached.
 *
 * A value of `trading.dependency.state`.
 */
export const TRADING_DEPENDENCY_STATE_VALUE_DOWN = 'down' as const;

/** Why a measurement, or a part of it, was not recorded. */
export const ATTR_TRADEMETER_DROP_REASON = 'trademeter.drop.reason' as const;

/**
 * The value is not a finite number.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_INVALID_VALUE = 'invalid_value' as const;

/**
 * The value is negative, but must not be.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_NEGATIVE_VALUE = 'negative_value' as const;

/**
 * The value would make the sum of its series infinite.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_INFINITE_SUM = 'infinite_sum' as const;

/**
 * A required attribute is missing or invalid; the measurement was dropped.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_MISSING_ATTRIBUTE = 'missing_attribute' as const;

/**
 * An optional attribute is invalid; the measurement was recorded without it.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_INVALID_ATTRIBUTE = 'invalid_attribute' as const;

/**
 * The metric has no such attribute; the measurement was recorded without it.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_UNKNOWN_ATTRIBUTE = 'unknown_attribute' as const;

/**
 * An attribute was cut to the maximum length.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_ATTRIBUTE_TOO_LONG = 'attribute_too_long' as const;

/**
 * A call had an invalid argument.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_INVALID_ARGUMENT = 'invalid_argument' as const;

/**
 * A state has ten times as many series as the limit of its metric.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_TOO_MANY_SERIES = 'too_many_series' as const;

/**
 * A callback threw during a collection.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_FAILING_CALLBACK = 'failing_callback' as const;

/**
 * The SDK threw.
 *
 * A value of `trademeter.drop.reason`.
 */
export const TRADEMETER_DROP_REASON_VALUE_SDK_ERROR = 'sdk_error' as const;

/**
 * Type of an error. Few and predictable values: the class name of the error, a code of the library or the venue, or an
 * HTTP status as a string. Never a message. On durations only if the operation failed, so that series without it are
 * the successes.
 *
 * For example `RequestTimeout`, `RateLimitExceeded`, `429`, `_OTHER`.
 */
export const ATTR_ERROR_TYPE = 'error.type' as const;

/**
 * An unknown error.
 *
 * A value of `error.type`.
 */
export const ERROR_TYPE_VALUE_OTHER = '_OTHER' as const;

/**
 * Host name or address of the server.
 *
 * For example `api.openai.com`, `10.1.2.80`.
 */
export const ATTR_SERVER_ADDRESS = 'server.address' as const;

/**
 * Port of the server.
 *
 * For example `443`, `8080`.
 */
export const ATTR_SERVER_PORT = 'server.port' as const;

/**
 * Name of the bot.
 *
 * For example `momentum-bot`.
 */
export const ATTR_SERVICE_NAME = 'service.name' as const;

/**
 * Identifier of one process of the bot.
 *
 * For example `627cc493-f310-47de-96bd-71410b7dec09`.
 */
export const ATTR_SERVICE_INSTANCE_ID = 'service.instance.id' as const;

/**
 * Name of the AI agent in the application.
 *
 * For example `market-analyst`, `risk-officer`.
 */
export const ATTR_GEN_AI_AGENT_NAME = 'gen_ai.agent.name' as const;

/** Kind of the operation of the model. */
export const ATTR_GEN_AI_OPERATION_NAME = 'gen_ai.operation.name' as const;

/**
 * A chat completion.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_CHAT = 'chat' as const;

/**
 * An agent was created.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_AGENT = 'create_agent' as const;

/**
 * Text was converted to vectors.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS = 'embeddings' as const;

/**
 * A tool was called.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL = 'execute_tool' as const;

/**
 * Content was generated from input of several kinds.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT = 'generate_content' as const;

/**
 * An agent was invoked.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT = 'invoke_agent' as const;

/**
 * Documents were retrieved.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_RETRIEVAL = 'retrieval' as const;

/**
 * A text was completed, with the older interface.
 *
 * A value of `gen_ai.operation.name`.
 */
export const GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION = 'text_completion' as const;

/** Provider of the model. For a local model, the name of its server, such as `ollama`. */
export const ATTR_GEN_AI_PROVIDER_NAME = 'gen_ai.provider.name' as const;

/**
 * Anthropic.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_ANTHROPIC = 'anthropic' as const;

/**
 * AWS Bedrock.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_AWS_BEDROCK = 'aws.bedrock' as const;

/**
 * Azure AI Inference.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_INFERENCE = 'azure.ai.inference' as const;

/**
 * Azure OpenAI.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_OPENAI = 'azure.ai.openai' as const;

/**
 * Cohere.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_COHERE = 'cohere' as const;

/**
 * DeepSeek.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_DEEPSEEK = 'deepseek' as const;

/**
 * Gemini, with its developer API.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI = 'gcp.gemini' as const;

/**
 * An unspecified Google endpoint.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_GEN_AI = 'gcp.gen_ai' as const;

/**
 * Vertex AI.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_VERTEX_AI = 'gcp.vertex_ai' as const;

/**
 * Groq.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_GROQ = 'groq' as const;

/**
 * IBM watsonx.ai.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_IBM_WATSONX_AI = 'ibm.watsonx.ai' as const;

/**
 * Mistral AI.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_MISTRAL_AI = 'mistral_ai' as const;

/**
 * OpenAI.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_OPENAI = 'openai' as const;

/**
 * Perplexity.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_PERPLEXITY = 'perplexity' as const;

/**
 * Models of xAI.
 *
 * A value of `gen_ai.provider.name`.
 */
export const GEN_AI_PROVIDER_NAME_VALUE_X_AI = 'x_ai' as const;

/**
 * Name of the requested model.
 *
 * For example `gpt-4`, `claude-sonnet-4-5`.
 */
export const ATTR_GEN_AI_REQUEST_MODEL = 'gen_ai.request.model' as const;

/**
 * Name of the model that answered, which may have another version than the requested one.
 *
 * For example `gpt-4-0613`.
 */
export const ATTR_GEN_AI_RESPONSE_MODEL = 'gen_ai.response.model' as const;

/** Direction of the tokens. */
export const ATTR_GEN_AI_TOKEN_TYPE = 'gen_ai.token.type' as const;

/**
 * Tokens of the input.
 *
 * A value of `gen_ai.token.type`.
 */
export const GEN_AI_TOKEN_TYPE_VALUE_INPUT = 'input' as const;

/**
 * Tokens of the output.
 *
 * A value of `gen_ai.token.type`.
 */
export const GEN_AI_TOKEN_TYPE_VALUE_OUTPUT = 'output' as const;
