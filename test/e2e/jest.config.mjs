import { preset } from '../../jest.preset.mjs';

/** What is about two of each service, about the sample actions, or about a stranger's network, is in the mode that has them. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|examples|leases|services|stranger)\\.int\\.spec\\.ts$'],
};
