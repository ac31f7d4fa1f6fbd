/**
 * shownUrl removes the possible credentials of every URL in a text: user, password and query. If the whole text is a URL,
 * or meant to be one, a password with spaces or slashes is removed too.
 */
export function shownUrl(text: string): string {
  return withoutUser(text).replace(/(\b[a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#]*@)?([^\s?"]*)(?:\?[^\s"]*)?/gi, '$1$2');
}

function withoutUser(text: string): string {
  if (!text.includes('@')) return text;
  return URL.canParse(text)
    ? text.replace(/^(\s*[a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1')
    : text.replace(/^(\s*[a-z][a-z\d+.-]*:\/\/).*@/is, '$1');
}
