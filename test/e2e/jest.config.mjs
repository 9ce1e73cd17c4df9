import { preset } from '../../jest.preset.mjs';

/** What is about two of each service, reloads, the sample actions or a stranger's first minutes is in the mode that has them. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|examples|leases|reload|services|stranger)\\.int\\.spec\\.ts$'],
};
