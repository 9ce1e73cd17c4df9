import { preset } from '../../jest.preset.mjs';

/** What is about two of each service is in the mode that has them. */
export default { ...preset('e2e'), testPathIgnorePatterns: ['/services\\.int\\.spec\\.ts$'] };
