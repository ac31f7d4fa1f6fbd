/**
 * The text with every URL in it shown without the credentials that it may carry: user, password and query. When the whole
 * text is a URL, or is meant to be one, a password with spaces or slashes is hidden too.
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
