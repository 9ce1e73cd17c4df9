import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../command-context.js';
import { dataDirOf } from '../settings.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Files that hold secrets. */
const SECRETS = ['api-key', 'master-key'];
const OTHERS = 0o077;

/** The data folder of a platform on this machine. None is no fault: the platform may be elsewhere. */
export function checkDataDir({ surroundings }: CommandContext): Finding[] {
  const folder = dataDirOf(surroundings);
  const toDo = 'Set DO_DATA_DIR to the folder that npm start names.';
  if (!existsSync(folder)) {
    if (!surroundings.env['DO_DATA_DIR'])
      return [ok('data', `No data folder here (${folder}): the platform is elsewhere.`)];
    return [fail('data', `DO_DATA_DIR names ${folder}, which does not exist.`, toDo)];
  }
  if (!statSync(folder).isDirectory()) return [fail('data', `${folder} is not a folder.`, toDo)];
  if (!allows(folder))
    return [fail('data', `${folder} cannot be read and written.`, 'Run as the user that ran npm start.')];
  const open = SECRETS.map((name) => join(folder, name)).filter(isOpenToOthers);
  if (open.length === 0) return [ok('data', `${folder} can be read and written.`)];
  return [
    warn(
      'data',
      `Others on this machine may read ${open.join(' and ')}.`,
      `Run: chmod 600 ${open.join(' ')}`,
    ),
  ];
}

function allows(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Windows has no such rights: there every file looks open. */
const isOpenToOthers = (path: string): boolean =>
  process.platform !== 'win32' && existsSync(path) && (statSync(path).mode & OTHERS) !== 0;
