import type { IdempotencyStatus, Problem } from '@action-do/contracts';
import type { Loaded } from './execution-log.js';

/** What a command or question comes to, before it is put into bytes. */
export type Answer =
  | {
      readonly kind: 'execution';
      readonly loaded: Loaded;
      readonly how: IdempotencyStatus;
      readonly key?: string;
    }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly key?: string };

export const refused = (problem: Problem, key?: string): Answer => ({
  kind: 'refused',
  problem,
  ...(key === undefined ? {} : { key }),
});
