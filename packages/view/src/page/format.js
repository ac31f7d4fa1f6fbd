/** @typedef {import('../panels/panel.js').Unit} Unit */

/** Shown for an absent figure. */
export const absent = '–';

const narrow = '\u00a0';
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A number with thousands separators.
 *
 * @param {number} value
 * @param {number} [most] decimals at most
 * @param {number} [least] decimals at least
 */
export function formatNumber(value, most = 0, least = 0) {
  if (Number.isNaN(value)) return absent;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const key = `${most} ${least}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { maximumFractionDigits: most, minimumFractionDigits: least });
    formats.set(key, format);
  }
  const text = format.format(value);
  return (/^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text).replace('-', '−');
}

/**
 * A number with at least three significant digits.
 *
 * @param {number} value
 */
function significant(value) {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return formatNumber(value);
  if (size >= 10) return formatNumber(value, 1);
  if (size >= 1) return formatNumber(value, 2);
  return formatNumber(value, Math.min(12, 2 - Math.floor(Math.log10(size))));
}

/**
 * A duration in the usual unit.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return formatNumber(seconds);
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds === 0) return `0${narrow}s`;
  if (seconds < 0.9995e-6) return `${significant(seconds * 1e9)}${narrow}ns`;
  if (seconds < 0.9995e-3) return `${significant(seconds * 1e6)}${narrow}µs`;
  if (seconds < 0.9995) return `${significant(seconds * 1e3)}${narrow}ms`;
  if (seconds < 9.95) return `${formatNumber(seconds, 1)}${narrow}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${narrow}s`;
  if (whole < 3600) return pair(whole, 60, 'm', 1, 's');
  if (whole < 86_400) return pair(whole, 3600, 'h', 60, 'm');
  return pair(whole, 86_400, 'd', 3600, 'h');
}

/**
 * @param {number} seconds
 * @param {number} large
 * @param {string} largeName
 * @param {number} small
 * @param {string} smallName
 */
function pair(seconds, large, largeName, small, smallName) {
  const rest = Math.floor((seconds % large) / small);
  const first = `${formatNumber(Math.floor(seconds / large))}${narrow}${largeName}`;
  return rest === 0 ? first : `${first} ${rest}${narrow}${smallName}`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (!Number.isFinite(bytes)) return formatNumber(bytes);
  const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let place = 0;
  while (Math.abs(value) >= 999.5 && place < names.length - 1) {
    value /= 1000;
    place += 1;
  }
  return `${place === 0 ? formatNumber(value) : significant(value)}${narrow}${names[place]}`;
}

/** @param {number} share */
function formatShare(share) {
  const percent = share * 100;
  if (!Number.isFinite(percent)) return formatNumber(percent);
  const size = Math.abs(percent);
  if (size > 0 && size < 0.05) return `${significant(percent)}${narrow}%`;
  return `${formatNumber(percent, size >= 99.95 ? 0 : 1)}${narrow}%`;
}

/**
 * An amount, without its currency.
 *
 * @param {number} value
 */
function formatAmount(value) {
  const size = Math.abs(value);
  return size > 0 && size < 0.1 ? significant(value) : formatNumber(value, 2, 2);
}

/**
 * A figure in the unit of its panel.
 *
 * @param {Unit} unit
 * @param {number} value
 * @param {string} [currency] of money
 */
export function formatValue(unit, value, currency = '') {
  if (Number.isNaN(value)) return absent;
  switch (unit) {
    case 'seconds':
      return formatDuration(value);
    case 'share':
      return formatShare(value);
    case 'money':
      return `${formatAmount(value)}${currency === '' ? '' : `${narrow}${currency}`}`;
    case 'count':
      // an extrapolated count has no fractions
      return formatNumber(value);
    case 'bytes':
      return formatBytes(value);
    case 'basisPoints':
      return `${significant(value)}${narrow}bp`;
    case 'perSecond':
      return `${significant(value)}/s`;
    case 'perMinute':
      return `${significant(value)}/min`;
    case 'perHour':
      return `${significant(value)}/h`;
    case 'number':
    case 'state':
      return formatNumber(value, 2);
    default:
      throw new RangeError(`there is no unit ${JSON.stringify(unit)}`);
  }
}

/**
 * A short figure for an axis.
 *
 * @param {Unit} unit
 * @param {number} value
 * @param {number} step between two of them
 */
export function formatTick(unit, value, step) {
  if (unit === 'share') return `${formatNumber(value * 100, decimals(step * 100))}${narrow}%`;
  if (unit === 'seconds') return formatDuration(value);
  if (unit === 'bytes') return formatBytes(value);
  if (Math.abs(value) >= 1e9) return `${formatNumber(value / 1e9, decimals(step / 1e9))}B`;
  if (Math.abs(value) >= 1e6) return `${formatNumber(value / 1e6, decimals(step / 1e6))}M`;
  if (Math.abs(value) >= 1e4) return `${formatNumber(value / 1e3, decimals(step / 1e3))}k`;
  return formatNumber(value, decimals(step));
}

/** @param {number} step */
function decimals(step) {
  let count = 0;
  // 2.5 has one, although it is above 1
  while (count < 8 && Math.abs(step * 10 ** count - Math.round(step * 10 ** count)) > 1e-6) count += 1;
  return count;
}

/**
 * A gain or loss, always with its sign.
 *
 * @param {Unit} unit
 * @param {number} value
 * @param {string} [currency]
 */
export function formatSigned(unit, value, currency = '') {
  const text = formatValue(unit, value, currency);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/**
 * A time of the day.
 *
 * @param {number} millis since 1970
 * @param {boolean} [withSeconds]
 */
export function formatTime(millis, withSeconds = true) {
  const date = new Date(millis);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}
