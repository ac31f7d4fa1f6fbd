import { checkOptions, isObject, nonEmptyString, type OptionCheck } from '@trademeter/config';
import { Document } from 'yaml';
import { type AlertOptions, botLabelsCheck, readParameters } from './parameters.ts';
import { createRuleContext } from './rule-context.ts';
import { alertGroups } from './rule-groups.ts';
import type { Inhibition } from './rules.ts';
import { label } from './series.ts';

/** The channels that alerts can be sent to. */
export const alertChannels = ['telegram', 'discord', 'slack', 'email'] as const;

/** The name of a channel. */
export type AlertChannel = (typeof alertChannels)[number];

/** Options of {@link alertmanagerConfig}. */
export interface AlertmanagerOptions extends Pick<AlertOptions, 'botLabels'> {
  /** @default all of them */
  readonly channels?: readonly AlertChannel[];
  /**
   * The folder of the secrets, one file each. The configuration itself contains none.
   *
   * @default '/etc/alertmanager/secrets/'
   */
  readonly secretsFolder?: string;
  /** @default an example */
  readonly email?: { readonly to: string; readonly from: string; readonly smarthost: string };
}

/** An Alertmanager configuration, and the files that it reads. */
export interface AlertmanagerConfig {
  readonly route: Readonly<Record<string, unknown>> & { readonly routes: readonly object[] };
  readonly receivers: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  readonly inhibit_rules: readonly InhibitRule[];
}

/** One of Alertmanager's `inhibit_rules`. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/**
 * Returns an Alertmanager configuration (0.31 or later, in which all secrets can be files). Critical alerts go to every
 * channel and are repeated every hour; warnings go to all except Telegram, once a day. One failure notifies once, see
 * {@link inhibitRules}.
 *
 * @throws ConfigurationError for a wrong option
 */
export function alertmanagerConfig(options: AlertmanagerOptions = {}): AlertmanagerConfig {
  checkOptions('alerts', options, checks);
  if (options.email !== undefined)
    checkOptions('alerts', options.email, emailChecks, Object.keys(emailChecks), 'email');
  const { botLabels } = readParameters(pick(options));
  const channels = [...new Set(options.channels ?? alertChannels)];
  const { secretsFolder = '/etc/alertmanager/secrets/' } = options;
  const secrets = secretsFolder.endsWith('/') ? secretsFolder : `${secretsFolder}/`;
  const email = options.email ?? {
    to: 'trader@example.com',
    from: 'alerts@example.com',
    smarthost: 'smtp.example.com:587',
  };
  const notified = channels.flatMap((channel) => [
    {
      receiver: channel,
      matchers: ['severity="critical"'],
      group_wait: '10s',
      // a bot that is down must not wait behind earlier alerts about it
      group_interval: '1m',
      repeat_interval: '1h',
      continue: true,
    },
    ...(channel === 'telegram'
      ? []
      : [{ receiver: channel, matchers: ['severity="warning"'], repeat_interval: '1d', continue: true }]),
  ]);
  const receivers: Readonly<Record<AlertChannel, object>> = {
    telegram: {
      telegram_configs: [
        {
          bot_token_file: `${secrets}telegram-bot-token`,
          chat_id_file: `${secrets}telegram-chat-id`,
          // plain text: a name with an underscore would break Markdown
          parse_mode: '',
          message: `${title}\n${body}`,
        },
      ],
    },
    discord: { discord_configs: [{ webhook_url_file: `${secrets}discord-webhook-url`, title, message: body }] },
    slack: { slack_configs: [{ api_url_file: `${secrets}slack-webhook-url`, send_resolved: true, title, text: body }] },
    email: {
      email_configs: [
        {
          ...email,
          auth_username: email.from,
          auth_password_file: `${secrets}smtp-password`,
          send_resolved: true,
          headers: { Subject: title },
        },
      ],
    },
  };
  return {
    route: {
      receiver: 'nobody',
      // one message for everything that is wrong with a bot
      group_by: [...botLabels, 'severity'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '4h',
      routes: [
        {
          receiver: 'dead-mans-switch',
          matchers: ['alertname="TradingWatchdog"'],
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '5m',
        },
        ...notified,
      ],
    },
    receivers: [
      { name: 'nobody' },
      {
        name: 'dead-mans-switch',
        webhook_configs: [{ url_file: `${secrets}dead-mans-switch-url`, send_resolved: false }],
      },
      ...channels.map((channel) => ({ name: channel, ...receivers[channel] })),
    ],
    inhibit_rules: inhibitRules({ botLabels }),
  };
}

/**
 * Returns Alertmanager's `inhibit_rules`: while an alert fires, its consequences are not notified. A bot that is down
 * silences its other alerts, a provider that is down its stale data, a critical drawdown its warning. Other bots are
 * unaffected.
 *
 * @throws ConfigurationError for a wrong option
 */
export function inhibitRules(options: Pick<AlertOptions, 'botLabels'> = {}): InhibitRule[] {
  const parameters = readParameters(options);
  const { byJob } = createRuleContext(parameters);
  const groups = alertGroups(options);
  const notOfBots = groups.flatMap(({ alerts }) =>
    alerts.flatMap(({ name, about = 'bot' }) => (about === 'bot' ? [] : [name])),
  );
  return groups.flatMap(({ alerts }) =>
    alerts.flatMap(({ name, inhibits = [] }) =>
      inhibits.map((inhibition) => ({
        source_matchers: [`alertname="${name}"`],
        target_matchers: targetsOf(inhibition, [name, ...notOfBots]),
        equal:
          inhibition.of === 'job'
            ? byJob.split(', ')
            : [...parameters.botLabels, ...(inhibition.attributes ?? []).map((attribute) => label(attribute))],
      })),
    ),
  );
}

/**
 * Renders the configuration as a file.
 *
 * @throws ConfigurationError for a wrong option
 */
export function alertmanagerFile(options: AlertmanagerOptions = {}): string {
  const document = new Document(alertmanagerConfig(options));
  document.commentBefore = [
    ' Generated by @trademeter/alerts, for Alertmanager 0.31 or later. Secrets are files: each *_file names one, which',
    ' holds the secret and nothing else. Remove the receivers that you do not use, with their routes.',
  ].join('\n');
  return document.toString({ lineWidth: 0 });
}

const title = [
  '{{ if .Alerts.Firing }}FIRING: {{ (index .Alerts.Firing 0).Annotations.summary }}',
  '{{ else }}RESOLVED: {{ (index .Alerts.Resolved 0).Annotations.summary }}{{ end }}',
].join('');
const body = [
  '{{ range .Alerts.Firing }}{{ .Annotations.summary }}',
  '{{ .Annotations.description }}',
  '{{ with .Annotations.trading_mode }}Mode: {{ . }}',
  '{{ end }}{{ .Annotations.runbook_url }}',
  '{{ end }}{{ range .Alerts.Resolved }}Resolved: {{ .Annotations.summary }}',
  '{{ end }}',
].join('\n');

function targetsOf({ alerts }: Inhibition, excepted: readonly string[]): string[] {
  if (alerts === 'all') return ['alertname=~"Trading.+"', `alertname!~"${[...new Set(excepted)].join('|')}"`];
  return [alerts.length === 1 ? `alertname="${alerts[0]}"` : `alertname=~"${alerts.join('|')}"`];
}

function pick({ botLabels }: Pick<AlertOptions, 'botLabels'>): AlertOptions {
  return botLabels === undefined ? {} : { botLabels };
}

const checks: Readonly<Record<keyof AlertmanagerOptions, OptionCheck>> = {
  channels: {
    allowed: `a list of ${alertChannels.join(', ')}, at least one`,
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isChannel),
  },
  secretsFolder: { ...nonEmptyString, allowed: 'the path of a folder' },
  email: { allowed: 'an object with to, from and smarthost', accepts: isObject },
  botLabels: botLabelsCheck,
};

const emailChecks = { to: nonEmptyString, from: nonEmptyString, smarthost: nonEmptyString };

function isChannel(value: unknown): value is AlertChannel {
  return alertChannels.some((channel) => channel === value);
}
