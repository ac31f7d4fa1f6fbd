import type { OutgoingHttpHeaders } from 'node:http';

/** The part of a response that a short answer needs. */
export interface ShortResponse {
  writeHead(status: number, headers: OutgoingHttpHeaders): { end(text?: string): unknown };
}

/** Answers with a line of text. */
export function answerLine(
  response: ShortResponse,
  status: number,
  line: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = `${line}\n`;
  const own = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...own, ...headers }).end(text);
}

/** Headers of the answer to other methods. The connection closes, because a body may follow that nobody reads. */
export const otherMethodHeaders = { allow: 'GET, HEAD', connection: 'close' };

/** Answers requests with a method other than GET and HEAD. @returns true when it did */
export function refuseOtherMethods(
  { method }: { readonly method?: string | undefined },
  response: ShortResponse,
): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  response.writeHead(405, otherMethodHeaders).end();
  return true;
}
