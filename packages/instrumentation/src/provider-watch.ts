/** A meter on the global provider. */
interface Watcher {
  lookForProvider(): void;
}

const pollMillis = 2_000;

// Shared by every copy of this package in a process, as the API's own global is: an SDK announces to all of them.
// Weak, so that a meter that nobody has any more is let go.
const watchersKey = Symbol.for('trademeter.meter-provider-watchers.1');
const lateRecordingKey = Symbol.for('trademeter.late-recording.1');
const shared = globalThis as {
  [watchersKey]?: Set<WeakRef<Watcher>>;
  [lateRecordingKey]?: (() => void) | undefined;
};
shared[watchersKey] ??= new Set();
const watchers = shared[watchersKey];

let poll: ReturnType<typeof setInterval> | undefined;

// Where @opentelemetry/api keeps what is registered.
const apiKey = Symbol.for('opentelemetry.js.api.1');
const api = globalThis as { readonly [apiKey]?: { readonly metrics?: unknown } };

/**
 * What is registered as the global meter provider, to see whether it changed. `metrics.getMeterProvider()` also checks
 * versions, which takes longer than a recording.
 */
export function registeredMeterProvider(): unknown {
  return api[apiKey]?.metrics;
}

/**
 * Tells every meter that a global meter provider was registered or removed, so that series which exist at 0 appear
 * with the first scrape and not with the first recording. `startTelemetry` calls it; any other set-up may.
 */
export function announceMeterProvider(): void {
  for (const reference of watchers) {
    const watcher = reference.deref();
    if (watcher === undefined) watchers.delete(reference);
    else watcher.lookForProvider();
  }
}

/**
 * Sets what is called, once, when something is recorded and no meter provider is there: an SDK that was shut down says
 * so. `undefined` when one runs again.
 */
export function onLateRecording(callback: (() => void) | undefined): void {
  shared[lateRecordingKey] = callback;
}

/** Something was recorded, and no meter provider is there. */
export function noteLateRecording(): void {
  const callback = shared[lateRecordingKey];
  if (callback === undefined) return;
  shared[lateRecordingKey] = undefined;
  callback();
}

/** Hears of announcements from now on. */
export function watchAnnouncements(watcher: Watcher): void {
  watchers.add(new WeakRef(watcher));
}

/**
 * Something exists that should be seen before it is recorded. An SDK that does not announce itself, or the next one
 * after it, is found by looking every two seconds; that never keeps the process alive.
 */
export function lookForProviders(): void {
  poll ??= setInterval(() => {
    announceMeterProvider();
    if (watchers.size > 0) return;
    clearInterval(poll);
    poll = undefined;
  }, pollMillis);
  poll.unref?.();
}
