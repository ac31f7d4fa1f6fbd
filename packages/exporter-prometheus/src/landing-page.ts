/** Headers of {@link landingPage}: nothing in it loads anything, and nothing may frame it. */
export const landingPageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** What a person sees who opens the server in a browser. */
export function landingPage(endpoint: string): string {
  const path = endpoint.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Metrics</title>
<h1>Metrics</h1>
<p><a href="${path}">${path}</a> is for Prometheus to scrape.</p>
</html>
`;
}
