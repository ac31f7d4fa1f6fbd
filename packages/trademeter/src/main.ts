#!/usr/bin/env node
export {} from '@trademeter/cli/main';
