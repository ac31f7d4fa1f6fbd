import { type Fields, objectIn, type ResponseShape, textIn } from './response-shape.ts';
import { tokenCount } from './token-usage.ts';

/**
 * Anthropic's Messages API, from `@anthropic-ai/sdk`, Bedrock or Vertex AI: a `Message`, and the `message_start` and
 * `message_delta` events of a stream. `input_tokens` excludes tokens that were read from or written to the cache;
 * `output_tokens` includes the thinking; neither includes the compaction of the context on the server.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/anthropic/
 */
export const anthropicShape: ResponseShape = {
  find(response) {
    const type = response['type'];
    const usage = objectIn(response, 'usage');
    if (usage === undefined || (type !== 'message' && type !== 'message_delta')) return undefined;
    return { figures: usage, model: textIn(response, 'model') };
  },
  count(figures) {
    const parts = [figures, ...compactionsOf(figures)];
    const sum = (read: (part: Fields) => unknown): number =>
      parts.reduce((total, part) => total + (tokenCount(read(part)) ?? 0), 0);
    const cachedInputTokens = sum((part) => part['cache_read_input_tokens']);
    const cacheWriteTokens = sum((part) => part['cache_creation_input_tokens']);
    const uncached = sum((part) => part['input_tokens']);
    const said = (key: string): boolean => tokenCount(figures[key]) !== undefined;
    return {
      inputTokens: said('input_tokens') ? uncached + cachedInputTokens + cacheWriteTokens : undefined,
      outputTokens: said('output_tokens') ? sum((part) => part['output_tokens']) : undefined,
      cachedInputTokens,
      cacheWriteTokens,
      cacheWrite1hTokens: sum((part) => objectIn(part, 'cache_creation')?.['ephemeral_1h_input_tokens']),
    };
  },
};

function compactionsOf(figures: Fields): Fields[] {
  const iterations = figures['iterations'];
  if (!Array.isArray(iterations)) return [];
  return iterations.filter(
    (each): each is Fields => typeof each === 'object' && each !== null && (each as Fields)['type'] === 'compaction',
  );
}
