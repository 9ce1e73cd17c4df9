import { preset } from '../../jest.preset.mjs';

/** What is about two of each service, the sample actions, or services over HTTP, is in the mode that has them. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: [
    '/(blocked-executor|examples|http-service-how-to|leases|services)\\.int\\.spec\\.ts$',
  ],
};
