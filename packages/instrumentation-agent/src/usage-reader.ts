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

// What a response is wrapped in: Anthropic's message_start; the events of OpenAI's Responses API, and Google's older SDK;
// the events of Google's Interactions API; withResponse() of the SDKs of Anthropic and OpenAI.
const wrappers: readonly string[] = ['message', 'response', 'interaction', 'data'];

/** Reads what a response used, from the shapes of the SDKs that are known, one response or the parts of a stream. */
export class UsageReader {
  #shape: ResponseShape | undefined;
  #figures: Record<string, unknown> = {};
  #model: string | undefined;
  #failure: string | undefined;

  /** Takes what a response, a chunk or an event says. @returns whether it said anything */
  read(part: unknown): boolean {
    const found = findUsage(part);
    if (found === undefined) return false;
    if (found.shape !== this.#shape) {
      this.#shape = found.shape;
      this.#figures = {};
    }
    // A later report replaces an earlier one figure by figure: Anthropic's last one has only some of them.
    for (const [key, value] of Object.entries(found.figures)) {
      if (value !== null && value !== undefined) this.#figures[key] = value;
    }
    this.#model = found.model ?? this.#model;
    this.#failure = found.failure ?? this.#failure;
    return true;
  }

  /** Why the response is a failure although it arrived. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What was used so far. */
  usage(): TokenUsage {
    return { ...this.#shape?.count(this.#figures), responseModel: this.#model };
  }
}

/**
 * What a response used, when it has the shape of an SDK that is known: Anthropic's messages, OpenAI's chat completions,
 * completions, embeddings and responses, Google's generated content and interactions; also a single event or chunk of
 * their streams.
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
    // Only what is really there: Google's response has a getter `data` that writes to the console.
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
