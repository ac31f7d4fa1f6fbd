import type { Liquidity, OrderSide } from '../order-types.ts';
import type { TimeInForce } from './time-in-force.ts';

/** The words of venues, their clients, ccxt and FIX for the same thing, in lower case without separators. */
type Words<T> = ReadonlyMap<string, T>;

/** FIX Side(54), the words of Interactive Brokers and Hyperliquid (`A` is an ask), and the sign of an amount. */
const sides: Words<OrderSide> = new Map([
  ...each<OrderSide>('buy', 'buy', 'b', 'bot', 'bought', 'bid', '1', 'long', 'openlong', 'closeshort'),
  ...each<OrderSide>('sell', 'sell', 's', 'sld', 'sold', 'ask', 'a', '2', '-1', 'closelong', 'openshort'),
  ...each<OrderSide>('sell_short', 'sellshort', 'sshort', 'short', 'ss', '5', '6', 'sellshortexempt'),
]);
const sidePrefix = /^(?:order)?(?:side)?(buy|sell)/;

/** FIX LastLiquidityInd(851). */
const liquidities: Words<Liquidity | 'neither'> = new Map([
  ...each<Liquidity>('maker', 'maker', 'm', 'add', 'added', '1', 'addedliquidity', 'addliquidity', 'liquiditymaker'),
  ...each<Liquidity>('taker', 'taker', 't', 'remove', 'removed', '2', '-1', 'removedliquidity', 'liquiditytaker'),
  // Routed to another venue, an auction, or not known.
  ...each(
    'neither' as const,
    'none',
    '0',
    'unknown',
    'unknownliquidityindicator',
    'o',
    '3',
    'routedout',
    '4',
    'auction',
  ),
]);

/** What an order type or a time in force says. */
export interface OrderTerms {
  readonly type?: string;
  readonly timeInForce?: TimeInForce;
  readonly isPostOnly?: true;
  readonly isReduceOnly?: true;
}

const timesInForce: Words<OrderTerms> = new Map([
  ...each<OrderTerms>({ timeInForce: 'day' }, 'day', '0'),
  ...each<OrderTerms>({ timeInForce: 'good_till_cancel' }, 'gtc', '1', 'goodtillcancel', 'goodtillcanceled'),
  ...each<OrderTerms>({ timeInForce: 'good_till_cancel' }, 'goodtillcancelled', 'gtegtc', 'gtcext'),
  ...each<OrderTerms>({ timeInForce: 'at_the_open' }, 'opg', '2', 'attheopen', 'attheopening'),
  ...each<OrderTerms>({ timeInForce: 'immediate_or_cancel' }, 'ioc', '3', 'immediateorcancel', 'frontendmarket'),
  ...each<OrderTerms>({ timeInForce: 'fill_or_kill' }, 'fok', '4', 'fillorkill'),
  ...each<OrderTerms>(
    { timeInForce: 'good_till_date' },
    'gtd',
    'gtt',
    '6',
    'goodtilldate',
    'goodtilltime',
    'goodtilldatetime',
  ),
  ...each<OrderTerms>({ timeInForce: 'at_the_close' }, 'cls', '7', 'attheclose'),
  // Not a time in force: ccxt's PO, Bybit's PostOnly, Gate's "pending or cancelled", Hyperliquid's "add liquidity only",
  // orders that improve the price for retail traders, and Binance's "good till crossing".
  ...each<OrderTerms>({ isPostOnly: true }, 'po', 'postonly', 'poc', 'alo', 'rpi', 'participatedonotinitiate'),
  ...each<OrderTerms>({ isReduceOnly: true }, 'reduceonly'),
  ...each<OrderTerms>({ timeInForce: 'good_till_cancel', isPostOnly: true }, 'gtx', 'goodtillcrossing'),
]);

/**
 * FIX OrdType(40), and the types of Interactive Brokers, Binance, OKX, Kraken, Coinbase, Deribit and KuCoin. Those of
 * Bitfinex and HTX have a {@link typePrefix}.
 */
const types: Words<OrderTerms> = new Map([
  ...each<OrderTerms>({ type: 'market' }, 'market', 'mkt', '1', 'k', 'marketorder'),
  ...each<OrderTerms>({ type: 'limit' }, 'limit', 'lmt', '2', 'limitorder', 'limitgtc', 'limitgtd', 'mmp'),
  ...each<OrderTerms>({ type: 'limit', isPostOnly: true }, 'limitmaker', 'postonly', 'limitpostonly', 'post'),
  ...each<OrderTerms>({ type: 'limit', isPostOnly: true }, 'mmpandpostonly'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'good_till_cancel' }, 'limitlimitgtc'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'good_till_date' }, 'limitlimitgtd'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'immediate_or_cancel' }, 'ioc', 'limitioc', 'sorlimitioc'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'fill_or_kill' }, 'fok', 'limitfok', 'limitlimitfok', 'opfok'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'immediate_or_cancel' }, 'marketioc', 'marketmarketioc'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'immediate_or_cancel' }, 'optimallimitioc'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'fill_or_kill' }, 'marketmarketfok'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'at_the_close' }, 'moc', 'marketonclose'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'at_the_close' }, 'loc', 'limitonclose'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'at_the_open' }, 'moo', 'marketonopen'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'at_the_open' }, 'loo', 'limitonopen'),
  ...each<OrderTerms>({ type: 'stop' }, 'stop', 'stp', '3', 'stoploss', 'stopmarket', 'stoporder', 'stoplossmarket'),
  ...each<OrderTerms>({ type: 'stop' }, 'marketstop', 'slm'),
  ...each<OrderTerms>({ type: 'stop_limit' }, 'stoplimit', 'stplmt', '4', 'stoplosslimit', 'stplimit', 'stoplimitgtc'),
  ...each<OrderTerms>({ type: 'stop_limit' }, 'limitstop', 'stoplimitstoplimitgtc', 'stoplimitstoplimitgtd'),
  ...each<OrderTerms>(
    { type: 'trailing_stop' },
    'trailingstop',
    'trail',
    'trailingstopmarket',
    'traillimit',
    'traillmt',
  ),
  ...each<OrderTerms>({ type: 'trailing_stop' }, 'trailingstoplimit', 'traillmtorder', 'moveorderstop'),
  ...each<OrderTerms>({ type: 'take_profit' }, 'takeprofit', 'takeprofitmarket', 'takemarket', 'mit'),
  ...each<OrderTerms>({ type: 'take_profit' }, 'marketiftouched'),
  ...each<OrderTerms>({ type: 'take_profit_limit' }, 'takeprofitlimit', 'takelimit', 'lit', 'limitiftouched'),
  ...each<OrderTerms>({ type: '_OTHER' }, 'other'),
]);

/** Bitfinex's EXCHANGE LIMIT is a limit order without margin, HTX's buy-limit one with its side. */
const typePrefix = /^(?:exchange|buy|sell|ordertype)(?=.)/;

/** Limits the spellings that are cached. Further ones are normalized at each lookup. */
const mostRemembered = 1_000;
const compacted = new Map<string, string>();

function each<T>(meaning: T, ...words: readonly string[]): [string, T][] {
  return words.map((word) => [word, meaning]);
}

/**
 * Looks up a word, ignoring case and separators; `undefined` if it is not known.
 *
 * @param prefix what may precede the word
 */
function meaningOf<T>(words: Words<T>, given: unknown, prefix?: RegExp): T | undefined {
  if (typeof given === 'number') return words.get(`${given}`);
  if (typeof given !== 'string') return undefined;
  const exact = words.get(given);
  if (exact !== undefined) return exact;
  const word = compact(given);
  return words.get(word) ?? (prefix === undefined ? undefined : words.get(word.replace(prefix, '')));
}

/** A word in lower case without separators. A number stays as it is: -1 is not 1. */
export function compact(word: string): string {
  let compactWord = compacted.get(word);
  if (compactWord === undefined) {
    const isNumber = /^\s*[+-]?[\d.]+\s*$/u.test(word);
    compactWord = isNumber ? word.trim() : word.toLowerCase().replaceAll(/[^a-z\d]+/gu, '');
    if (compacted.size < mostRemembered && word.length <= 100) compacted.set(word, compactWord);
  }
  return compactWord;
}

/** The side that a word means; `undefined` if it is not a side. */
export function sideOf(given: unknown): OrderSide | undefined {
  const known = meaningOf(sides, given);
  if (known !== undefined || typeof given !== 'string') return known;
  const [, side] = sidePrefix.exec(compact(given)) ?? [];
  return side as OrderSide | undefined;
}

/** The liquidity that a word means; `undefined` if it means neither. Unknown words stay as they are. */
export function liquidityOf(given: unknown): unknown {
  const known = meaningOf(liquidities, given) ?? given;
  return known === 'neither' ? undefined : known;
}

/** The terms of a time in force; `undefined` if it is not one. */
export function termsOfTimeInForce(given: unknown): OrderTerms | undefined {
  const text = typeof given === 'string' ? compact(given).replace(goodTill, 'goodtill') : given;
  return meaningOf(timesInForce, text);
}

const goodTill = /^good(?:until|til(?!l))/;

/** The terms of an order type. An unknown type is converted to snake case. */
export function termsOfType(given: string | number): OrderTerms {
  const terms = meaningOf(types, given, typePrefix);
  if (terms !== undefined) return terms;
  const type = `${given}`
    .trim()
    .replaceAll(/([a-z\d])([A-Z])/gu, '$1_$2')
    .toLowerCase()
    .replaceAll(/[\s/-]+/gu, '_');
  return { type };
}
