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
    throw new ActionModuleError(path, `failed while loading: ${explain(cause)}`, { cause });
  }
  const definitions = new Set(Object.values(exported).flat().filter(isActionDefinition));
  if (definitions.size === 0)
    throw new ActionModuleError(
      path,
      'exports no action; write `export default defineAction({ … })` from @do-sdk/actions',
    );
  return [...definitions];
}

/** A module outside this workspace sees only what is installed beside it, so the commonest miss is told how to mend. */
function explain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const missing = /Cannot find package '(@do-sdk\/actions|zod)'/.exec(message)?.[1];
  if (missing === undefined) return message;
  return `the package ${missing} is not installed where the module is; run there: npm install zod <path to this clone>/do-sdk-actions-0.1.0.tgz (made here by: npm pack --workspace @do-sdk/actions)`;
}
