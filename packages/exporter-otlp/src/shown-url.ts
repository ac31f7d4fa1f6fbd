/** A text in which no URL shows the credentials that it carries: without user, password and query. */
export function shownUrl(text: string): string {
  return text.replace(/(\b[a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#]*@)?([^\s?"]*)(?:\?[^\s"]*)?/gi, '$1$2');
}
