/** True when a promise settles, one way or the other, before the time is over. */
export async function settlesWithin(promise: Promise<unknown>, millis: number): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, millis, false);
  timer.unref();
  const settle = () => resolve(true);
  promise.then(settle, settle);
  const isSettled = await over;
  clearTimeout(timer);
  return isSettled;
}
