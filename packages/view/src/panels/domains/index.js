import * as agent from './agent.js';
import * as cache from './cache.js';
import * as errors from './errors.js';
import * as fleet from './fleet.js';
import * as marketData from './market-data.js';
import * as orders from './orders.js';
import * as portfolio from './portfolio.js';
import * as risk from './risk.js';
import * as strategy from './strategy.js';
import * as system from './system.js';

/**
 * The domains in the order in which they are shown. Each has its panels, and the board that shows them together with
 * panels of others.
 *
 * @type {readonly { readonly board: import('../boards.js').DomainBoard, readonly panels: readonly import('../panel.js').Panel[] }[]}
 */
export const domains = [orders, portfolio, risk, strategy, agent, cache, marketData, system, errors, fleet];
