import type { GivenTarget, Issue } from '@action-do/contracts';
import type { Destinations } from './destinations.js';

/** What is wrong with a target before it is ever called; empty where nothing is. */
export function checkTarget(destinations: Pick<Destinations, 'read'>, target: GivenTarget): Issue[] {
  if (target.kind !== 'http') return [];
  const read = destinations.read(target.url);
  if (typeof read !== 'string') return [];
  return [{ path: 'document.target.url', code: 'not_allowed', message: read }];
}
