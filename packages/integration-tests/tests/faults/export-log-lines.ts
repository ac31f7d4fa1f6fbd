/** The SDK's log lines when exports to a URL begin to fail, and when they work again. Both are whole lines. */
export const failing = (reason: string): RegExp =>
  new RegExp(
    `^\\[trademeter/sdk\\] warn: the export to \\S+ failed: ${reason}\\. The bot is not affected; the next successful export includes everything\\. Logged once, and again when an export succeeds\\.$`,
    'u',
  );

/** The same for an export after which the bot may end. */
export const failingAtEnd = (reason: string): RegExp =>
  new RegExp(
    `^\\[trademeter/sdk\\] warn: the export to \\S+ failed: ${reason}\\. If the bot ends now, what was recorded since the last export is lost\\.$`,
    'u',
  );

/** The number of failed exports is a named group. */
export const works = /^\[trademeter\/sdk\] warn: the export to \S+ works again after (?<failed>\d+) failures?\.$/u;
