import { type Fields, objectIn, type ResponseShape, textIn } from './response-shape.ts';
import { tokenCount } from './token-usage.ts';

/**
 * Google's `generateContent`, from `@google/genai`, for Gemini and Vertex AI: a `GenerateContentResponse`, and every
 * chunk of a stream. `promptTokenCount` includes cached tokens, but not the results of tools. Thoughts are counted
 * separately from the candidates, and are priced as output.
 */
export const googleContentShape: ResponseShape = {
  find(response) {
    const usage = objectIn(response, 'usageMetadata');
    return usage && { figures: usage, model: textIn(response, 'modelVersion') };
  },
  count(figures) {
    return countGoogle(figures, {
      prompt: 'promptTokenCount',
      tools: 'toolUsePromptTokenCount',
      cached: 'cachedContentTokenCount',
      output: 'candidatesTokenCount',
      thoughts: 'thoughtsTokenCount',
      total: 'totalTokenCount',
    });
  },
};

/** Google's Interactions API, from `@google/genai`: an `Interaction`, and the events of a stream that contain one. */
export const googleInteractionShape: ResponseShape = {
  find(response) {
    const usage = objectIn(response, 'usage');
    if (usage === undefined || tokenCount(usage['total_input_tokens']) === undefined) return undefined;
    return { figures: usage, model: textIn(response, 'model') };
  },
  count(figures) {
    return countGoogle(figures, {
      prompt: 'total_input_tokens',
      tools: 'total_tool_use_tokens',
      cached: 'total_cached_tokens',
      output: 'total_output_tokens',
      thoughts: 'total_thought_tokens',
      total: 'total_tokens',
    });
  },
};

type Figure = 'prompt' | 'tools' | 'cached' | 'output' | 'thoughts' | 'total';

function countGoogle(figures: Fields, keys: Readonly<Record<Figure, string>>): ReturnType<ResponseShape['count']> {
  const figure = (name: Figure): number | undefined => tokenCount(figures[keys[name]]);
  const prompt = figure('prompt');
  const total = figure('total');
  const input = (prompt ?? 0) + (figure('tools') ?? 0);
  const parts = [figure('output'), figure('thoughts')].filter((part) => part !== undefined);
  // The total shows whether the candidates include the thoughts, as they do at some endpoints.
  const output =
    total === undefined || total < input ? parts.reduce<number>((sum, part) => sum + part, 0) : total - input;
  return {
    inputTokens: prompt === undefined ? undefined : input,
    outputTokens: parts.length > 0 || output > 0 ? output : undefined,
    cachedInputTokens: figure('cached'),
  };
}
