import type { Effects } from '@action-do/contracts';

/** Classes whose author promises that one more call does no harm, even where the call before it may have landed. */
export const isRepeatable = (effects: Effects): boolean =>
  effects === 'none' || effects === 'idempotent' || effects === 'transactional';
