import { preset } from '../jest.preset.mjs';

/** Of the folders beside this file; send-welcome-email has a project of its own. */
export default { ...preset('examples'), testMatch: ['<rootDir>/*.spec.ts', '<rootDir>/*/*.spec.ts'] };
