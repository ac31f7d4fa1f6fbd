import type { WrittenFile } from '../write-files.ts';
import { collectorFile } from './collector-file.ts';
import { composeFile } from './compose-file.ts';
import { grafanaFiles } from './grafana-files.ts';
import { kubernetesFiles } from './kubernetes-files.ts';
import { prometheusFiles } from './prometheus-files.ts';
import { readme } from './readme.ts';
import type { StackOptions } from './stack-options.ts';
import { startScript } from './start-script.ts';

/** Every file of a monitoring stack. */
export function stackFiles(options: StackOptions): WrittenFile[] {
  return [
    readme(options),
    startScript(options),
    composeFile(options),
    ...prometheusFiles(options),
    ...grafanaFiles(),
    collectorFile(),
    ...kubernetesFiles(options),
    { path: '.gitignore', text: 'secrets/\n' },
  ];
}
