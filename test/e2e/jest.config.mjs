import { preset } from '../../jest.preset.mjs';

/**
 * What is about two of each service, about reloads, views built anew, workers that misbehave, other languages, the sample actions, services over
 * HTTP, or a stranger's first minutes and packages, is in the mode that has them; what compiles is for CI.
 */
export default {
  ...preset('e2e'),
  testPathIgnorePatterns: [
    '/(any-language|blocked-executor|examples|generated-client|http-service-how-to|leases|reload|sdk-package|services|stranger|views-rebuild|worker-misbehaves)\\.int\\.spec\\.ts$',
  ],
};
