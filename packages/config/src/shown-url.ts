/** The text with every URL in it shown without the credentials that it may carry: user, password and query. */
export function shownUrl(text: string): string {
  return text.replace(/(\b[a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#]*@)?([^\s?"]*)(?:\?[^\s"]*)?/gi, '$1$2');
}
