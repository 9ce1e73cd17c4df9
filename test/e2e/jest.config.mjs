import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|leases|services)\\.int\\.spec\\.ts$'],
};
