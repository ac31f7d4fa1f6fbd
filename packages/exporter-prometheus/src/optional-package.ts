import { ConfigurationError } from './configuration-error.ts';

interface Bcrypt {
  verify(password: string, hash: string): Promise<boolean>;
}

/** `@node-rs/bcrypt`, which only bcrypt hashes need. */
export function loadBcrypt(option: string): Promise<Bcrypt> {
  return load(option, '@node-rs/bcrypt', 'for bcrypt hashes', async () => await import('@node-rs/bcrypt'));
}

/** `yaml`, which only a web.config.file needs. */
export function loadYaml(option: string): Promise<typeof import('yaml')> {
  return load(option, 'yaml', 'to be read', async () => await import('yaml'));
}

async function load<Module>(
  option: string,
  name: string,
  purpose: string,
  importIt: () => Promise<Module>,
): Promise<Module> {
  try {
    return await importIt();
  } catch (cause) {
    const details = { code: 'ERR_TRADEMETER_MISSING_PACKAGE', option, value: name, cause } as const;
    throw new ConfigurationError(`${option} needs the package ${name} ${purpose}: npm install ${name}`, details);
  }
}
