import { type Fields, objectIn, type ResponseShape, textIn } from './response-shape.ts';
import { tokenCount } from './token-usage.ts';

/**
 * OpenAI's Chat Completions, Completions and Embeddings APIs, from `openai` or any compatible server: the response, and
 * the last chunk of a stream that was requested with `stream_options: { include_usage: true }`. `prompt_tokens`
 * includes tokens that were read from or written to the cache.
 */
export const openaiCompletionShape: ResponseShape = {
  find(response) {
    const usage = objectIn(response, 'usage');
    if (usage === undefined || tokenCount(usage['prompt_tokens']) === undefined) return undefined;
    return { figures: usage, model: textIn(response, 'model') };
  },
  count(figures) {
    const details = objectIn(figures, 'prompt_tokens_details');
    const inputTokens = tokenCount(figures['prompt_tokens']);
    return {
      inputTokens,
      outputTokens: outputTokens(inputTokens, figures['completion_tokens'], figures['total_tokens']),
      ...cacheTokens(details),
    };
  },
};

/**
 * OpenAI's Responses API: a `Response`, and the events of a stream that contain one. `input_tokens` includes tokens
 * that were read from or written to the cache, `output_tokens` includes the reasoning.
 */
export const openaiResponseShape: ResponseShape = {
  find(response) {
    const usage = objectIn(response, 'usage');
    const isResponse = response['object'] === 'response';
    const failure = isResponse && response['status'] === 'failed' ? failureOf(response) : undefined;
    const hasUsage = usage !== undefined && tokenCount(usage['input_tokens']) !== undefined;
    if (!isResponse && (!hasUsage || tokenCount(usage['total_tokens']) === undefined)) return undefined;
    return { figures: usage ?? {}, model: textIn(response, 'model'), failure };
  },
  count(figures) {
    const details = objectIn(figures, 'input_tokens_details');
    const inputTokens = tokenCount(figures['input_tokens']);
    return {
      inputTokens,
      outputTokens: outputTokens(inputTokens, figures['output_tokens'], figures['total_tokens']),
      ...cacheTokens(details),
    };
  },
};

function failureOf(response: Fields): string {
  const error = objectIn(response, 'error');
  return (error && textIn(error, 'code')) ?? '_OTHER';
}

function cacheTokens(details: Fields | undefined): { cachedInputTokens?: number; cacheWriteTokens?: number } {
  if (details === undefined) return {};
  return {
    cachedInputTokens: tokenCount(details['cached_tokens']) ?? 0,
    cacheWriteTokens: tokenCount(details['cache_write_tokens']) ?? 0,
  };
}

/** Some compatible servers (xAI's, Gemini's) include the reasoning in the total, but not in the output. */
function outputTokens(input: number | undefined, given: unknown, total: unknown): number | undefined {
  const output = tokenCount(given);
  const rest = (tokenCount(total) ?? 0) - (input ?? 0);
  if (output === undefined) return rest > 0 ? rest : undefined;
  return Math.max(output, rest);
}
