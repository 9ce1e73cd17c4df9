import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them, and what other languages do in that of all ways. */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: ['/(any-language|blocked-executor|leases|services)\\.int\\.spec\\.ts$'],
};
