import {
  ACCESS_STREAM_PREFIX,
  ACTION_STREAM_PREFIX,
  REGISTRY_STREAM_PREFIX,
  TENANT_STREAM_PREFIX,
} from '@action-do/contracts';

/** The streams that views tell of. */
export const VIEWED_STREAM_PREFIXES: readonly string[] = [
  ACTION_STREAM_PREFIX,
  REGISTRY_STREAM_PREFIX,
  ACCESS_STREAM_PREFIX,
  TENANT_STREAM_PREFIX,
];
