import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ActionDefinition, isActionDefinition } from '@do-sdk/actions';
import { filesOf } from './imported-files.js';
import { isError, whereItFailed } from './where-it-failed.js';

/** A module of `DO_ACTIONS` that could not be used: names the module, what is wrong, and what would be right. */
export class ActionModuleError extends Error {
  readonly code = 'ACTION_MODULE_INVALID';
  constructor(module: string, why: string, options?: ErrorOptions) {
    super(`${module}: ${why}`, options);
    this.name = 'ActionModuleError';
  }
}

/** The exports of the module of a file. */
export type ImportModule = (file: string) => Promise<Record<string, unknown>>;

const importOnce: ImportModule = (file) => import(pathToFileURL(file).href);

/**
 * Imports a module and takes every action definition that it exports, by name, by default, or in a list.
 * @param path of a .js, .mjs or .ts file, relative to `from`
 * @param importModule for whoever has files loaded anew; default: Node's own, once a file
 * @throws ActionModuleError with the file and line where there is one
 */
export async function loadActions(
  path: string,
  from: string,
  importModule: ImportModule = importOnce,
): Promise<ActionDefinition[]> {
  const file = resolve(from, path);
  if (!existsSync(file)) throw new ActionModuleError(path, `there is no file ${file}`);
  let exported: Record<string, unknown>;
  try {
    exported = await importModule(file);
  } catch (cause) {
    const at = await whereItFailed(cause, [...filesOf(file).keys()]);
    const why = `failed while loading${at === null ? '' : ` at ${at}`}: ${explain(cause)}`;
    throw new ActionModuleError(path, why, { cause });
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
  const message = isError(cause) ? cause.message : String(cause);
  const missing = /Cannot find package '(@do-sdk\/actions|zod)'/.exec(message)?.[1];
  if (missing === undefined) return inOneLine(message);
  return `the package ${missing} is not installed where the module is; run there: npm install zod <path to this clone>/do-sdk-actions-0.1.0.tgz (made here by: npm pack --workspace @do-sdk/actions)`;
}

const MESSAGE_LENGTH_MAX = 1_000;

/** A compiler puts a sign before what it says, and behind it, from `,-[` on, the place and the code around. */
function inOneLine(message: string): string {
  const [said = '', ...shown] = message.split(/\s*[,╭][-─]+\[/);
  const line = (shown.length > 0 ? said.replace(/^\s*[x×] /, '') : message).replaceAll(/\s+/g, ' ').trim();
  return line.slice(0, MESSAGE_LENGTH_MAX);
}
