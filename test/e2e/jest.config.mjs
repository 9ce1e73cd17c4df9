import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them, and what needs a network in its own. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|leases|services|stranger)\\.int\\.spec\\.ts$'],
};
