import type { Liquidity, OrderSide } from '../order-types.ts';
import type { TimeInForce } from './time-in-force.ts';

/** The words of venues, their clients, ccxt and FIX for the same thing, in lower case without separators. */
type Words<T> = ReadonlyMap<string, T>;

/** FIX Side(54), and Interactive Brokers' BOT, SLD and SSHORT. */
const sides: Words<OrderSide> = new Map([
  ...each<OrderSide>('buy', 'buy', 'b', 'bot', 'bought', 'bid', '1', 'buytoopen', 'buytoclose', 'buytocover'),
  ...each<OrderSide>('sell', 'sell', 's', 'sld', 'sold', 'ask', '2', 'selltoopen', 'selltoclose'),
  ...each<OrderSide>('sell_short', 'sellshort', 'sshort', 'short', 'ss', '5', '6', 'sellshortexempt'),
]);

/** FIX LastLiquidityInd(851). */
const liquidities: Words<Liquidity> = new Map([
  ...each<Liquidity>('maker', 'maker', 'm', 'add', 'added', '1'),
  ...each<Liquidity>('taker', 'taker', 't', 'remove', 'removed', '2'),
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
  ...each<OrderTerms>(
    { timeInForce: 'good_till_cancel' },
    'goodtillcancelled',
    'gooduntilcanceled',
    'gooduntilcancelled',
  ),
  ...each<OrderTerms>({ timeInForce: 'at_the_open' }, 'opg', '2', 'attheopen', 'attheopening'),
  ...each<OrderTerms>({ timeInForce: 'immediate_or_cancel' }, 'ioc', '3', 'immediateorcancel'),
  ...each<OrderTerms>({ timeInForce: 'fill_or_kill' }, 'fok', '4', 'fillorkill'),
  ...each<OrderTerms>({ timeInForce: 'good_till_date' }, 'gtd', 'gtt', '6', 'goodtilldate', 'goodtilltime'),
  ...each<OrderTerms>({ timeInForce: 'good_till_date' }, 'gooduntildate', 'gooduntildatetime', 'goodtildate'),
  ...each<OrderTerms>({ timeInForce: 'at_the_close' }, 'cls', '7', 'attheclose'),
  // Not a time in force: ccxt's PO, Bybit's PostOnly, and Binance's "good till crossing".
  ...each<OrderTerms>({ isPostOnly: true }, 'po', 'postonly', 'participatedonotinitiate'),
  ...each<OrderTerms>({ isReduceOnly: true }, 'reduceonly'),
  ...each<OrderTerms>({ timeInForce: 'good_till_cancel', isPostOnly: true }, 'gtx', 'goodtillcrossing'),
]);

/** FIX OrdType(40), and the types of Interactive Brokers, Binance, OKX, Kraken and Coinbase. */
const types: Words<OrderTerms> = new Map([
  ...each<OrderTerms>({ type: 'market' }, 'market', 'mkt', '1', 'k', 'marketorder'),
  ...each<OrderTerms>({ type: 'limit' }, 'limit', 'lmt', '2', 'limitorder', 'limitgtc', 'limitgtd'),
  ...each<OrderTerms>({ type: 'limit', isPostOnly: true }, 'limitmaker', 'postonly', 'limitpostonly'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'immediate_or_cancel' }, 'ioc', 'limitioc'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'fill_or_kill' }, 'fok', 'limitfok'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'immediate_or_cancel' }, 'marketioc'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'at_the_close' }, 'moc', 'marketonclose'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'at_the_close' }, 'loc', 'limitonclose'),
  ...each<OrderTerms>({ type: 'market', timeInForce: 'at_the_open' }, 'moo', 'marketonopen'),
  ...each<OrderTerms>({ type: 'limit', timeInForce: 'at_the_open' }, 'loo', 'limitonopen'),
  ...each<OrderTerms>({ type: 'stop' }, 'stop', 'stp', '3', 'stoploss', 'stopmarket', 'stoporder', 'stoplossmarket'),
  ...each<OrderTerms>({ type: 'stop_limit' }, 'stoplimit', 'stplmt', '4', 'stoplosslimit', 'stplimit', 'stoplimitgtc'),
  ...each<OrderTerms>(
    { type: 'trailing_stop' },
    'trailingstop',
    'trail',
    'trailingstopmarket',
    'traillimit',
    'traillmt',
  ),
  ...each<OrderTerms>({ type: 'trailing_stop' }, 'trailingstoplimit', 'traillmtorder', 'moveorderstop'),
  ...each<OrderTerms>({ type: 'take_profit' }, 'takeprofit', 'takeprofitmarket', 'mit'),
  ...each<OrderTerms>({ type: 'take_profit_limit' }, 'takeprofitlimit', 'lit'),
  ...each<OrderTerms>({ type: '_OTHER' }, 'other'),
]);

/** Limits the spellings that are cached. Further ones are normalized at each lookup. */
const mostRemembered = 1_000;
const compacted = new Map<string, string>();

function each<T>(meaning: T, ...words: readonly string[]): [string, T][] {
  return words.map((word) => [word, meaning]);
}

/** Looks up a word, ignoring case and separators; `undefined` if it is not known. */
function meaningOf<T>(words: Words<T>, given: unknown): T | undefined {
  if (typeof given === 'number') return words.get(`${given}`);
  return typeof given === 'string' ? (words.get(given) ?? words.get(compact(given))) : undefined;
}

/** A word in lower case without separators. */
function compact(word: string): string {
  let compactWord = compacted.get(word);
  if (compactWord === undefined) {
    compactWord = word.toLowerCase().replaceAll(/[^a-z\d]+/gu, '');
    if (compacted.size < mostRemembered && word.length <= 100) compacted.set(word, compactWord);
  }
  return compactWord;
}

/** The side that a word means; `undefined` if it is not a side. */
export function sideOf(given: unknown): OrderSide | undefined {
  return meaningOf(sides, given);
}

/** The liquidity that a word means; unknown words stay as they are. */
export function liquidityOf(given: unknown): unknown {
  return meaningOf(liquidities, given) ?? given;
}

/** The terms of a time in force; `undefined` if it is not one. */
export function termsOfTimeInForce(given: unknown): OrderTerms | undefined {
  return meaningOf(timesInForce, given);
}

/** The terms of an order type. An unknown type is converted to snake case. */
export function termsOfType(given: string | number): OrderTerms {
  const terms = meaningOf(types, given);
  if (terms !== undefined) return terms;
  const type = `${given}`
    .trim()
    .replaceAll(/([a-z\d])([A-Z])/gu, '$1_$2')
    .toLowerCase()
    .replaceAll(/[\s/-]+/gu, '_');
  return { type };
}
