import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them, and what CI alone has time for is in the whole of one. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: [
    '/(any-language|blocked-executor|examples|http-service-how-to|leases|services)\\.int\\.spec\\.ts$',
  ],
};
