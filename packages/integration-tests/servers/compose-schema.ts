import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, mustRun, progress } from '@trademeter/workspace-tools';
import { findGo } from './go.ts';

const release = 'v2.16.2';
const moduleName = 'github.com/compose-spec/compose-go/v2';

/** The JSON schema of compose files from docker compose's library, downloaded on first use. */
export async function composeSchema(): Promise<object> {
  const folder = await cached(`compose-spec-${release}`, async (target) => {
    const go = await findGo();
    progress(`downloading the schema of compose files, ${release}`);
    const module = join(target, '.module');
    await mkdir(module);
    await mustRun(go, ['mod', 'init', 'schema'], { cwd: module });
    const answer = await mustRun(go, ['mod', 'download', '-json', `${moduleName}@${release}`], { cwd: module });
    const { Dir: sources } = JSON.parse(answer) as { readonly Dir: string };
    await copyFile(join(sources, 'schema/compose-spec.json'), join(target, 'compose-spec.json'));
  });
  return JSON.parse(await readFile(join(folder, 'compose-spec.json'), 'utf8')) as object;
}
