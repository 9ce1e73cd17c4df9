import type { Effects } from '@action-do/contracts';

/** The table's own words (rows 6 and 19), not the product's: classes that may be called again in doubt. */
export const isRepeatable = (effects: Effects): boolean =>
  effects === 'none' || effects === 'idempotent' || effects === 'transactional';
