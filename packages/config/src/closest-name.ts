/**
 * The name that was probably meant: one that differs in one or two letters, in case and punctuation, or in its beginning or
 * end (`timeout` for `timeoutMillis`). `undefined` if none is close, or several are equally close.
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const text = plain(given);
  if (text === '' || text.length > 60) return undefined;
  const edits = names.map((name) => ({ name, distance: editDistance(text, plain(name)) }));
  const most = Math.min(2, Math.floor(text.length / 3));
  const least = Math.min(...edits.map(({ distance }) => distance));
  const found =
    least <= most
      ? edits.filter(({ distance }) => distance === least).map(({ name }) => name)
      : names.filter((name) => text.length >= 4 && isPart(text, plain(name)));
  return found.length === 1 ? found[0] : undefined;
}

function plain(name: string): string {
  return name
    .replace(/M[sS]$|_ms$/u, 'millis')
    .toLowerCase()
    .replace(/[^a-z\d]/gu, '');
}

function isPart(text: string, name: string): boolean {
  return name.startsWith(text) || name.endsWith(text) || (name.length >= 4 && text.startsWith(name));
}

/** The number of letters to add, remove, replace or swap with their neighbor. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      let distance = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
