/** The urgency of an alert: `critical` wakes somebody, `warning` waits for working hours, `none` is not for people. */
export type Severity = 'critical' | 'warning' | 'none';

/** Alerts that are not notified while another alert fires. */
export interface Inhibition {
  /** Names of the alerts that stay silent, or all. */
  readonly alerts: readonly string[] | 'all';
  /** Attributes that must be equal, besides the labels of the bot. */
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
  /** Alerts about its consequences, which it silences. */
  readonly inhibits?: readonly Inhibition[];
  /** It reads the recorded bots, from which ignored modes are already excluded. */
  readonly readsSeenBots?: true;
  /** `job` and `none`: the alert is not about one bot, so no mode can be looked up. @default 'bot' */
  readonly about?: 'bot' | 'job' | 'none';
}

/** One recording rule. */
export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
}

/** A group of alerts. Its name is also that of its page of runbooks. */
export interface AlertGroup {
  readonly name: 'safety' | 'blindness' | 'execution' | 'health';
  /** The title in documents. */
  readonly title: string;
  readonly alerts: readonly Alert[];
}
