import { Log } from '@trademeter/config';

export const log = new Log('exporter-otlp');
