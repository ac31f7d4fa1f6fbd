#!/usr/bin/env node
import '@trademeter/cli/main';
