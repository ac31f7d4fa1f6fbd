import type { WrittenFile } from '../write-files.ts';
import { secretFilesOf } from './prometheus-files.ts';
import type { StackOptions } from './stack-options.ts';

/** The script that starts the stack. It generates Grafana's password, so there is no default one. */
export function startScript(options: StackOptions): WrittenFile {
  const secrets = secretFilesOf(options);
  const needed =
    secrets.length === 0
      ? ''
      : `
for secret in ${secrets.join(' ')}; do
  if [ ! -s "secrets/$secret" ]; then
    echo "secrets/$secret is missing: write the secret, and nothing else, into this file" >&2
    missing=1
  fi
done
[ -z "\${missing:-}" ] || exit 1
`;
  return {
    path: 'start.sh',
    isExecutable: true,
    text: `#!/bin/sh
# Starts Prometheus, Alertmanager, Grafana and a Collector${options.clone === undefined ? '' : ', and the demo bot'}. Needs Docker with compose 2.24 or later.
set -eu
cd "$(dirname "$0")"

mkdir -p secrets
if [ ! -s secrets/grafana-admin-password ]; then
  head -c 24 /dev/urandom | base64 | tr -d '/+=\\n' > secrets/grafana-admin-password
fi
# Containers read secrets as users of their own.
chmod 711 secrets
chmod 644 secrets/*
${needed}
docker compose up --detach --build --wait

cat <<'TEXT'
Grafana       http://localhost:3000   user admin, password in secrets/grafana-admin-password
Prometheus    http://localhost:9090
Alertmanager  http://localhost:9093
OTLP          http://localhost:4318   for bots with OTEL_METRICS_EXPORTER=otlp
TEXT
`,
  };
}
