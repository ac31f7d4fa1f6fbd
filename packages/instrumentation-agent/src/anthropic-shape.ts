import { objectIn, type ResponseShape, textIn } from './response-shape.ts';
import { tokenCount } from './token-usage.ts';

/**
 * Anthropic's Messages API, by `@anthropic-ai/sdk` or as Bedrock and Vertex AI hand it on: a `Message`, and the
 * `message_start` and `message_delta` events of a stream. `input_tokens` leaves out what was read from or written to the
 * cache; `output_tokens` has the thinking in it.
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
    const uncached = tokenCount(figures['input_tokens']);
    const read = tokenCount(figures['cache_read_input_tokens']) ?? 0;
    const written = tokenCount(figures['cache_creation_input_tokens']) ?? 0;
    return {
      inputTokens: uncached === undefined ? undefined : uncached + read + written,
      outputTokens: tokenCount(figures['output_tokens']),
      cachedInputTokens: read,
      cacheWriteTokens: written,
      cacheWrite1hTokens: tokenCount(objectIn(figures, 'cache_creation')?.['ephemeral_1h_input_tokens']),
    };
  },
};
