#!/usr/bin/env node
// oxlint-disable-next-line import/no-unassigned-import -- loading it runs the command
import '@trademeter/cli/main';
