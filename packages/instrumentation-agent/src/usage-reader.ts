import { anthropicShape } from './anthropic-shape.ts';
import { googleContentShape, googleInteractionShape } from './google-shape.ts';
import { openaiCompletionShape, openaiResponseShape } from './openai-shape.ts';
import { type Fields, type FoundUsage, objectIn, type ResponseShape } from './response-shape.ts';
import type { TokenUsage } from './token-usage.ts';

const shapes: readonly ResponseShape[] = [
  anthropicShape,
  openaiCompletionShape,
  openaiResponseShape,
  googleContentShape,
  googleInteractionShape,
];

// Fields that wrap a response: in Anthropic's message_start; in the events of OpenAI's Responses API and in Google's
// older SDK; in the events of Google's Interactions API; in withResponse() of the SDKs of Anthropic and OpenAI.
const wrappers: readonly string[] = ['message', 'response', 'interaction', 'data'];

/** Reads the usage from a response, or from the parts of a stream, of a known SDK. */
export class UsageReader {
  #shape: ResponseShape | undefined;
  #figures: Record<string, unknown> = {};
  #model: string | undefined;
  #failure: string | undefined;

  /** Reads a response, a chunk or an event. @returns whether it has usage */
  read(part: unknown): boolean {
    const found = findUsage(part);
    if (found === undefined) return false;
    if (found.shape !== this.#shape) {
      this.#shape = found.shape;
      this.#figures = {};
    }
    // Later figures replace earlier ones one by one, because Anthropic's last report has only some of them.
    for (const [key, value] of Object.entries(found.figures)) {
      if (value !== null && value !== undefined) this.#figures[key] = value;
    }
    this.#model = found.model ?? this.#model;
    this.#failure = found.failure ?? this.#failure;
    return true;
  }

  /** The reason, if the response itself reports a failure. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The usage so far. */
  usage(): TokenUsage {
    return { ...this.#shape?.count(this.#figures), responseModel: this.#model };
  }
}

/**
 * Returns the usage of a response of a known SDK: Anthropic's messages, OpenAI's chat completions, completions,
 * embeddings and responses, Google's generated content and interactions, and single events or chunks of their streams.
 *
 * @returns `undefined` for any other shape
 */
export function tokenUsageOf(response: unknown): TokenUsage | undefined {
  const reader = new UsageReader();
  try {
    return reader.read(response) ? reader.usage() : undefined;
  } catch {
    return undefined;
  }
}

function findUsage(part: unknown): FoundUsage | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  const fields = part as Fields;
  const direct = findDirectly(fields);
  if (direct !== undefined) return direct;
  for (const key of wrappers) {
    // Own properties only, because Google's response has a getter `data` that writes to the console.
    const inner = Object.hasOwn(fields, key) ? objectIn(fields, key) : undefined;
    const found = inner && findDirectly(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findDirectly(fields: Fields): FoundUsage | undefined {
  for (const shape of shapes) {
    const found = shape.find(fields);
    if (found !== undefined) return { shape, ...found };
  }
  return undefined;
}
