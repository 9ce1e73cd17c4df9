import { ActionName, ActionVersion, correctActionName } from '@action-do/contracts';
import { usageFailure } from '../../cli-failure.js';

/** @throws CliFailure usage: no action has such a name */
export function actionPath(name: string): string {
  if (ActionName.safeParse(name).success) return `/v1/actions/${name}`;
  throw usageFailure(`${name} is no name of an action.`, correctActionName(name));
}

/** Takes `name@version` apart; without a version the newest is meant. @throws CliFailure usage */
export function readActionRef(given: string): { name: string; version: number | undefined } {
  const [name = '', version, ...more] = given.split('@');
  actionPath(name);
  if (version === undefined) return { name, version };
  if (more.length === 0) return { name, version: readVersion(version) };
  throw notAVersion(given);
}

/** @throws CliFailure usage */
export function readVersion(given: string): number {
  const version = ActionVersion.safeParse(/^[1-9]\d*$/.test(given) ? Number(given) : undefined);
  if (version.success) return version.data;
  throw notAVersion(given);
}

const notAVersion = (given: string) =>
  usageFailure(
    `${given} is no version of an action.`,
    'Versions are whole numbers from 1, as in send-invoice@2.',
  );
