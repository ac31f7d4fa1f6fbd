/** A meter on the global provider. */
interface Watcher {
  lookForProvider(): void;
}

const pollMillis = 2_000;

// Shared by every copy of this package in a process, like the global of the API, so that an SDK announces to all of
// them.
// Weak, so that unused meters can be collected.
const watchersKey = Symbol.for('trademeter.meter-provider-watchers.1');
const lateRecordingKey = Symbol.for('trademeter.late-recording.1');
const shared = globalThis as {
  [watchersKey]?: Set<WeakRef<Watcher>>;
  [lateRecordingKey]?: (() => void) | undefined;
};
shared[watchersKey] ??= new Set();
const watchers = shared[watchersKey];

let poll: ReturnType<typeof setInterval> | undefined;

// The global in which @opentelemetry/api keeps the registered providers.
const apiKey = Symbol.for('opentelemetry.js.api.1');
const api = globalThis as { readonly [apiKey]?: { readonly metrics?: unknown } };

/**
 * Returns the registered global meter provider, to see whether it changed. `metrics.getMeterProvider()` also checks
 * versions, which takes longer than a recording.
 */
export function registeredMeterProvider(): unknown {
  return api[apiKey]?.metrics;
}

/**
 * Announces to every meter that a global meter provider was registered or removed, so that series at 0 appear with the
 * first scrape and not with the first recording. `startTelemetry` calls it; any other set-up may.
 */
export function announceMeterProvider(): void {
  for (const reference of watchers) {
    const watcher = reference.deref();
    if (watcher === undefined) watchers.delete(reference);
    else watcher.lookForProvider();
  }
}

/**
 * Sets a callback that is called once if something is recorded without a meter provider, so that an SDK can log that it
 * was shut down. Pass `undefined` when an SDK runs again.
 */
export function onLateRecording(callback: (() => void) | undefined): void {
  shared[lateRecordingKey] = callback;
}

/** Reports a recording without a meter provider. */
export function noteLateRecording(): void {
  const callback = shared[lateRecordingKey];
  if (callback === undefined) return;
  shared[lateRecordingKey] = undefined;
  callback();
}

/** Adds a watcher of announcements. */
export function watchAnnouncements(watcher: Watcher): void {
  watchers.add(new WeakRef(watcher));
}

/**
 * Starts to look for a provider every two seconds, for series that must appear before the first recording on an SDK
 * that does not announce itself. Does not keep the process alive.
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
