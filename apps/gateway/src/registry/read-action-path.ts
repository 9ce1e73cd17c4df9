import { ActionName, correctActionName } from '@action-do/contracts';
import { RequestRefused } from '../http/request-refused.js';

/** The action that a path names. @throws RequestRefused ACTION_UNKNOWN: no action can have such a name */
export function readActionName(name: string): ActionName {
  const parsed = ActionName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new RequestRefused('ACTION_UNKNOWN', { detail: correctActionName(name), newKeySafe: true });
}

/** The version that a path names. @throws RequestRefused REQUEST_INVALID */
export function readVersion(version: string): number {
  if (/^[1-9]\d{0,8}$/.test(version)) return Number(version);
  throw new RequestRefused('REQUEST_INVALID', {
    detail: 'The version in the path must be a whole number from 1.',
    issues: [{ path: 'version', code: 'invalid', message: 'must be a whole number from 1' }],
  });
}
