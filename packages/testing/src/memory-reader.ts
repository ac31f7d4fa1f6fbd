import { MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that is collected by hand. */
export class MemoryReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
