import { preset } from '../../jest.preset.mjs';

/** What is about two of each service, about reloads or the sample actions is in the mode that has them; what compiles is for CI. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: [
    '/(blocked-executor|examples|generated-client|leases|reload|services)\\.int\\.spec\\.ts$',
  ],
};
