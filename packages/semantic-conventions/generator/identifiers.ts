// The identifiers in generated code, formed like those of OpenTelemetry's packages.

/** `ATTR_TRADING_ORDER_SIDE` of `trading.order.side`. */
export function attributeConstant(key: string): string {
  return `ATTR_${upper(key)}`;
}

/** `TRADING_ORDER_SIDE_VALUE_BUY` of `trading.order.side` and the value's id `buy`. */
export function valueConstant(key: string, id: string): string {
  return `${upper(key)}_VALUE_${upper(id)}`;
}

/** `METRIC_TRADING_ORDER_PLACED` of `trading.order.placed`. */
export function metricConstant(name: string): string {
  return `METRIC_${upper(name)}`;
}

/** `tradingOrderPlaced` of `trading.order.placed`. */
export function definitionName(name: string): string {
  return name.replace(/[._-](.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `marketDataMetrics` of the domain `market-data`. */
export function listName(domain: string): string {
  return `${definitionName(domain)}Metrics`;
}

function upper(name: string): string {
  return name.replaceAll(/[.-]/g, '_').toUpperCase();
}
