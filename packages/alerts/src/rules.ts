/** How urgent an alert is: `critical` wakes somebody, `warning` waits for working hours, `none` is not for people. */
export type Severity = 'critical' | 'warning' | 'none';

/** Alerts that are not notified while another one fires. */
export interface Inhibition {
  /** Names of the alerts that stay silent, or all. */
  readonly alerts: readonly string[] | 'all';
  /** Besides the labels of the bot, the attributes that must be equal. */
  readonly attributes?: readonly string[];
  /** `job`: silences the alerts of every bot of the same job. @default 'bot' */
  readonly of?: 'bot' | 'job';
}

/** One alert. Texts are Prometheus templates. */
export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  readonly expression: string;
  /** How long the expression must hold. */
  readonly forSeconds: number;
  /** One line. */
  readonly summary: string;
  readonly description: string;
  /** What it silences, because it is the cause of it. */
  readonly inhibits?: readonly Inhibition[];
  /** It reads the recorded bots, which already exclude ignored modes. */
  readonly readsSeenBots?: true;
  /** `job` and `none`: it is not about one bot, so its mode cannot be looked up. @default 'bot' */
  readonly about?: 'bot' | 'job' | 'none';
}

/** One recording rule. */
export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
}

/** A group of alerts; its name is also that of its page of runbooks. */
export interface AlertGroup {
  readonly name: 'safety' | 'blindness' | 'execution' | 'health';
  /** In documents. */
  readonly title: string;
  readonly alerts: readonly Alert[];
}
