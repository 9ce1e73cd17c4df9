import { preset } from '../../jest.preset.mjs';

/** What is about two of each service, or about the sample actions, is in the mode that has them; what compiles is for CI. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: [
    '/(blocked-executor|examples|generated-client|leases|services)\\.int\\.spec\\.ts$',
  ],
};
