import { parseArgs } from 'node:util';

/** Flags of `npm start -- …`, each another way to set one environment variable. */
const FLAGS = {
  actions: 'DO_ACTIONS',
  port: 'DO_HTTP_PORT',
  host: 'DO_HTTP_HOST',
  data: 'DO_DATA_DIR',
  tenant: 'DO_TENANT',
} as const;

/**
 * The environment with the flags laid over it. `--actions` may be given several times.
 * @throws TypeError an unknown flag, named
 */
export function applyFlags(
  args: string[],
  env: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const { values } = parseArgs({
    args,
    options: {
      actions: { type: 'string', multiple: true },
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      tenant: { type: 'string' },
    },
  });
  const given = Object.entries(values).map(([flag, value]) => [
    FLAGS[flag as keyof typeof FLAGS],
    String(value),
  ]);
  return { ...env, ...Object.fromEntries(given) };
}
