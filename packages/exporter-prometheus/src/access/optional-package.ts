import { ConfigurationError } from '@trademeter/config';

interface Bcrypt {
  verify(password: string, hash: string): Promise<boolean>;
}

// Each import has its own `try`, so that a bundler of a bot without the package warns instead of failing.

/** Loads `@node-rs/bcrypt`, which only bcrypt hashes need. */
export async function loadBcrypt(option: string): Promise<Bcrypt> {
  try {
    return await import('@node-rs/bcrypt');
  } catch (cause) {
    throw missingPackage(option, '@node-rs/bcrypt', 'for bcrypt hashes', cause);
  }
}

/** Loads `yaml`, which only a web.config.file needs. */
export async function loadYaml(option: string): Promise<typeof import('yaml')> {
  try {
    return await import('yaml');
  } catch (cause) {
    throw missingPackage(option, 'yaml', 'to read the file', cause);
  }
}

function missingPackage(option: string, name: string, purpose: string, cause: unknown): ConfigurationError {
  const details = { code: 'ERR_TRADEMETER_MISSING_PACKAGE', option, value: name, cause } as const;
  return new ConfigurationError(
    'exporter-prometheus',
    `${option} needs the package ${name} ${purpose}: npm install ${name}`,
    details,
  );
}
