/** Prints the lines of a scrape that match. */
export async function printMetrics(url: string | undefined, lines: RegExp): Promise<void> {
  const scraped = await (await fetch(url ?? '')).text();
  console.log(scraped.match(lines)?.join('\n'));
}
