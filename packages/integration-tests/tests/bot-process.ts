import { botCommand } from '@trademeter/test-support';
import { type Server, startServer } from '@trademeter/workspace-tools';

/** Options of {@link startBotProcess}. */
export interface BotProcessOptions {
  readonly name: string;
  /** Its main file. */
  readonly program: URL;
  readonly args?: readonly string[];
  /** The OTEL_ variables and the bot's own; this process's OTEL_ variables are not passed on. */
  readonly env: Readonly<Record<string, string>>;
  /** A URL that answers when the bot is ready. @default it is ready when it runs */
  readonly readyUrl?: string | undefined;
}

/** Starts a bot in its own process, with node itself: a package manager would not pass signals on. */
export function startBotProcess({ name, program, args = [], env, readyUrl }: BotProcessOptions): Promise<Server> {
  return startServer({ name, ...botCommand({ program, args, env }), readyUrl });
}
