import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them; what waits for much is in those that CI runs whole. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(blocked-executor|leases|reload|services)\\.int\\.spec\\.ts$'],
};
