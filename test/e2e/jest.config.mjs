import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them, and what compiles is for CI. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|generated-client|leases|services)\\.int\\.spec\\.ts$'],
};
