import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ActionDefinition, isActionDefinition } from '@do-sdk/actions';

/** A module of `DO_ACTIONS` that could not be used: names the module, what is wrong, and what would be right. */
export class ActionModuleError extends Error {
  readonly code = 'ACTION_MODULE_INVALID';
  constructor(module: string, why: string, options?: ErrorOptions) {
    super(`${module}: ${why}`, options);
    this.name = 'ActionModuleError';
  }
}

/**
 * Imports a module and takes every action definition that it exports, by name, by default, or in a list.
 * @param path of a .js, .mjs or .ts file, relative to `from`
 */
export async function loadActions(path: string, from: string): Promise<ActionDefinition[]> {
  const file = resolve(from, path);
  if (!existsSync(file)) throw new ActionModuleError(path, `there is no file ${file}`);
  let exported: Record<string, unknown>;
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new ActionModuleError(
      path,
      `failed while loading: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const definitions = new Set(Object.values(exported).flat().filter(isActionDefinition));
  if (definitions.size === 0)
    throw new ActionModuleError(
      path,
      'exports no action; write `export default defineAction({ … })` from @do-sdk/actions',
    );
  return [...definitions];
}
