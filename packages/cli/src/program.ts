import { Command } from 'commander';
import { dashboardsCommand } from './commands/dashboards.ts';
import { doctorCommand } from './commands/doctor.ts';
import { migrateCommand } from './commands/migrate.ts';
import { rulesCommand } from './commands/rules.ts';
import { stackCommand } from './commands/stack.ts';
import { viewCommand } from './commands/view.ts';
import { version } from './version.ts';

/** Creates the command `trademeter` with its subcommands. A wrong command line throws commander's `CommanderError`. */
export function createProgram(): Command {
  const program = new Command('trademeter')
    .description('Inspect trading bots, and set up their monitoring.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /u, 'trademeter: ')) })
    .addHelpText(
      'after',
      `
Exit status: 0 when it worked, 1 when it did not (doctor: when it found a problem), 2 when the command line is wrong.`,
    );
  for (const command of [
    viewCommand(),
    doctorCommand(),
    dashboardsCommand(),
    rulesCommand(),
    stackCommand(),
    migrateCommand(),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
