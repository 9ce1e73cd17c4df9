import { preset } from '../../jest.preset.mjs';

/** What is about two of each service, about reloads or about the sample actions is in the mode that has them. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|examples|leases|reload|services)\\.int\\.spec\\.ts$'],
};
