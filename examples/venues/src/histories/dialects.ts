import { streaming, trading } from '@alpacahq/alpaca-trade-api';
import type { WSAccountOrderV5, WSExecutionV5 } from 'bybit-api';
import { pro } from 'ccxt';
import * as alpacaMessages from '../alpaca/messages.ts';
import { orderUpdate, streamBust, streamCorrection, streamUpdate } from '../alpaca/updates.ts';
import { type BinanceEvent, executionReport, restOrder, restTrade, symbolInfo } from '../binance/messages.ts';
import * as binance from '../binance/updates.ts';
import { bybitExecution, bybitOrder } from '../bybit/messages.ts';
import * as bybit from '../bybit/updates.ts';
import * as ccxt from '../ccxt/updates.ts';
import { encodeFix, FixReader } from '../fix/fix-message.ts';
import * as fixMessages from '../fix/messages.ts';
import { reportBust, reportCorrection, reportUpdate } from '../fix/updates.ts';
import * as ibkrMessages from '../ibkr/messages.ts';
import * as restMessages from '../rest/messages.ts';
import * as rest from '../rest/updates.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import type { Dialect, Message } from './dialect.ts';
import type { HistoryEvent, Market } from './history.ts';
import { ibkrEvents } from './ibkr-events.ts';

const crypto: Market = {
  symbols: ['BTC/USDT', 'ETH/USDT'],
  currency: 'USDT',
  feeCurrency: 'BNB',
  lot: '0.0001',
  refusal: 'INSUFFICIENT_BALANCE',
};

/** The execution of an event, if any: an event with no quantity left has none. */
function executionOf(order: VenueOrder, kind: HistoryEvent['kind']): Execution | undefined {
  return kind === 'execution' || kind === 'correction' ? order.executions.at(-1) : undefined;
}

function binanceReport(order: VenueOrder, kind: HistoryEvent['kind']): Record<string, unknown> {
  const execution = executionOf(order, kind);
  const ends: Partial<Record<VenueOrder['state'], BinanceEvent>> = {
    canceled: 'CANCELED',
    expired: 'EXPIRED',
    rejected: 'REJECTED',
  };
  return executionReport(order, execution === undefined ? (ends[order.state] ?? 'NEW') : 'TRADE', execution);
}

const binanceClient: Dialect = {
  market: crypto,
  messagesOf(order, kind) {
    if (kind === 'poll') {
      const state = restOrder(order);
      const trades = order.executions.map((execution) => restTrade(order, execution));
      return [
        { update: binance.orderUpdate(state) },
        ...trades.map((trade) => ({ update: binance.tradeUpdate(trade) })),
      ];
    }
    const report = binanceReport(order, kind);
    return [{ update: binance.reportUpdate(report) }];
  },
};

const exchange = new pro.binance({ options: { crossMarginPairsData: [], isolatedMarginPairsData: [] } });
exchange.setMarkets(crypto.symbols.map((symbol) => exchange.parseMarket(symbolInfo(symbol))));

const ccxtClient: Dialect = {
  // a unified order does not say why
  market: { ...crypto, refusal: '_OTHER' },
  messagesOf(order, kind) {
    if (kind === 'poll') {
      const state = exchange.parseOrder(restOrder(order));
      const trades = order.executions.map((execution) => exchange.parseTrade(restTrade(order, execution)));
      return [{ update: ccxt.orderUpdate(state) }, ...trades.map((trade) => ({ update: ccxt.tradeUpdate(trade) }))];
    }
    const report = binanceReport(order, kind);
    const state = exchange.parseWsOrder(report);
    const messages: Message[] = [{ update: ccxt.orderUpdate(state) }];
    if (report['x'] === 'TRADE') {
      const trade = exchange.parseWsTrade(report);
      messages.push({ update: ccxt.tradeUpdate(trade) });
    }
    return messages;
  },
};

const alpacaClient: Dialect = {
  market: {
    symbols: ['AAPL', 'MSFT'],
    currency: 'USD',
    lot: '1',
    refusal: '_OTHER',
    revisions: ['correction', 'bust'],
  },
  averagePlaces: alpacaMessages.averagePlaces,
  messagesOf(order, kind, previous) {
    if (kind === 'poll') {
      const state = trading.OrderFromJSON(alpacaMessages.alpacaOrder(order));
      return [{ update: orderUpdate(state) }];
    }
    if (previous !== undefined) {
      const [event, last] =
        kind === 'bust' ? (['trade_bust', undefined] as const) : (['trade_correct', order.executions.at(-1)] as const);
      const revised = streaming.mapTradeUpdate(alpacaMessages.tradeUpdate(order, event, last, undefined, previous.id));
      const [correction, bust] = [streamCorrection(revised), streamBust(revised)];
      return [...(correction === undefined ? [] : [{ correction }]), ...(bust === undefined ? [] : [{ bust }])];
    }
    const execution = executionOf(order, kind);
    const event = execution === undefined ? endOf(order) : order.state === 'filled' ? 'fill' : 'partial_fill';
    const message = streaming.mapTradeUpdate(alpacaMessages.tradeUpdate(order, event, execution));
    return [{ update: streamUpdate(message) }];
  },
};

function endOf({ state }: VenueOrder): alpacaMessages.AlpacaEvent {
  return state === 'canceled' || state === 'expired' || state === 'rejected' ? state : 'new';
}

const bybitClient: Dialect = {
  market: { ...crypto, refusal: 'EC_NoEnoughQtyToFill', hasExpiry: false },
  messagesOf(order, kind) {
    const state = bybitOrder(order) as unknown as WSAccountOrderV5;
    const executions = kind === 'poll' ? order.executions : [executionOf(order, kind)];
    return [
      { update: bybit.orderUpdate(state) },
      ...executions.flatMap((execution): Message[] => {
        if (execution === undefined) return [];
        const message = bybitExecution(order, execution) as unknown as WSExecutionV5;
        return [{ update: bybit.executionUpdate(message) }];
      }),
    ];
  },
};

const restClient: Dialect = {
  market: { symbols: ['BTC/USDT', 'ETH/USDT'], currency: 'USDT', lot: '0.0001', refusal: '_OTHER' },
  averagePlaces: restMessages.averagePlaces,
  hasTotalsOnly: true,
  messagesOf(order) {
    return [{ update: rest.orderUpdate(restMessages.restOrder(order)), total: order.filled }];
  },
};

const ibkrClient: Dialect = {
  market: {
    symbols: ['AAPL', 'MSFT'],
    currency: 'USD',
    feeCurrency: 'HKD',
    lot: '1',
    refusal: '_OTHER',
    hasExpiry: false,
    revisions: ['correction'],
    idSuffix: '.01',
  },
  averagePlaces: ibkrMessages.averagePlaces,
  hasApartFees: true,
  messagesOf(order, kind) {
    const executions = kind === 'poll' ? order.executions : [executionOf(order, kind)];
    const status = ibkrEvents(ibkrMessages.orderStatus(order));
    return [
      ...status,
      ...executions.flatMap((execution) => {
        if (execution === undefined) return [];
        const events = [ibkrMessages.executionData(order, execution), ibkrMessages.commissionReport(execution)];
        // the commission report may come first
        return (execution.isMaker ? events.toReversed() : events).flatMap(ibkrEvents);
      }),
      // TWS sends most of them twice
      ...status,
    ];
  },
};

const fixClient: Dialect = {
  market: {
    symbols: ['AAPL', 'MSFT'],
    currency: 'USD',
    feeCurrency: 'EUR',
    lot: '1',
    refusal: 'order_exceeds_limit',
    revisions: ['correction', 'bust'],
  },
  averagePlaces: fixMessages.averagePlaces,
  messagesOf(order, kind, previous) {
    if (previous !== undefined) {
      const last = kind === 'correction' ? order.executions.at(-1) : undefined;
      const type = kind === 'correction' ? 'correct' : 'cancel';
      const [revised] = new FixReader().read(
        encodeFix(fixMessages.executionReport(order, type, last, '', previous.id)),
      );
      const [correction, bust] = [reportCorrection(revised ?? []), reportBust(revised ?? [])];
      return [...(correction === undefined ? [] : [{ correction }]), ...(bust === undefined ? [] : [{ bust }])];
    }

    const execution = executionOf(order, kind);
    const ends = { canceled: 'canceled', expired: 'expired', rejected: 'rejected', filled: 'status', failed: 'status' };
    const ended = order.state === 'open' ? 'status' : (ends[order.state] as fixMessages.ExecType);
    const type = execution !== undefined ? 'trade' : kind === 'new' ? 'new' : kind === 'poll' ? 'status' : ended;
    const [report] = new FixReader().read(encodeFix(fixMessages.executionReport(order, type, execution)));
    return report === undefined ? [] : [{ update: reportUpdate(report) }];
  },
};

/** Every venue that has a bot here. */
export const dialects: Readonly<Record<string, Dialect>> = {
  ccxt: ccxtClient,
  binance: binanceClient,
  alpaca: alpacaClient,
  bybit: bybitClient,
  rest: restClient,
  ibkr: ibkrClient,
  fix: fixClient,
};
