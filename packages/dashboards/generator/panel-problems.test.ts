import { type Board, boards, type Panel, panels } from '@trademeter/view/panels';
import { expect, test } from 'vitest';
import { panelProblems } from './panel-problems.ts';

test('panels and boards name what exists', () => {
  expect(panelProblems(panels, boards)).toEqual([]);
});

test('names a metric once that a panel reads more than once', () => {
  const query = { kind: 'last', metric: 'trading.auction' };
  const panel = { id: 'auctions', series: [{ query }, { query }] } as unknown as Panel;
  expect(panelProblems([panel], [])).toEqual([
    'packages/view/src/panels: the panel auctions: the catalogue has no metric "trading.auction"',
  ]);
});

test('names the panel that reads an unknown metric, and the board that shows an unknown panel', () => {
  const panel = {
    id: 'auctions',
    series: [{ query: { kind: 'last', metric: 'trading.auction', by: ['trading.auction.side'] }, legend: '' }],
  } as unknown as Panel;
  const board = { id: 'auction', rows: [{ title: 'Auctions', panels: ['auctions', 'bids'] }] } as unknown as Board;
  expect(panelProblems([panel], [board])).toEqual([
    'packages/view/src/panels: the panel auctions: the catalogue has no metric "trading.auction"',
    'packages/view/src/panels: the panel auctions: the catalogue has no attribute "trading.auction.side"',
    'packages/view/src/panels: the board auction: there is no panel "bids"',
  ]);
});
