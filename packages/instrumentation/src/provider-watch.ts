/** Something that has series to show as soon as there is a provider. */
interface Waiting {
  isActive(): boolean;
}

const pollMilliseconds = 2_000;
const waiting = new Set<Waiting>();
let poll: ReturnType<typeof setInterval> | undefined;

// Shared by every copy of this package in a process, as the API's own global is: an SDK announces to all of them.
const listenersKey = Symbol.for('trademeter.meter-provider-listeners.1');
const shared = globalThis as { [listenersKey]?: Set<() => void> };
shared[listenersKey] ??= new Set();
const listeners = shared[listenersKey];

/**
 * Tells every meter that a global meter provider was registered or removed, so that series which exist at 0 appear
 * with the first scrape and not with the first recording. `startTelemetry` calls it; any other set-up may.
 */
export function announceMeterProvider(): void {
  for (const listener of listeners) listener();
}

export function watchAnnouncements(listener: () => void): void {
  listeners.add(listener);
}

/** On an SDK that does not announce itself, looks for it every two seconds; never keeps the process alive. */
export function waitForProvider(meter: Waiting): void {
  waiting.add(meter);
  poll ??= setInterval(() => {
    for (const each of waiting) each.isActive();
  }, pollMilliseconds);
  poll.unref?.();
}

export function forgetWaiting(meter: Waiting): void {
  waiting.delete(meter);
  if (waiting.size > 0) return;
  clearInterval(poll);
  poll = undefined;
}
