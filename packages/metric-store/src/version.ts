// Written from package.json by `pnpm generate`.
export const version = '0.1.0';
