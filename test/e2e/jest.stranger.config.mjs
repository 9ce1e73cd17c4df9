import { preset } from '../../jest.preset.mjs';

/**
 * A stranger's first minutes, with what npm installs then, and the packages as a stranger has them: `npm test` has no time for
 * that, and no network. CI runs it.
 */
const isWhole = (process.env.ADO_E2E_WHOLE ?? '').split(',').includes('stranger');

export default {
  ...preset('e2e-stranger'),
  rootDir: new URL('.', import.meta.url).pathname,
  testMatch: isWhole ? ['<rootDir>/src/{sdk-package,stranger}.int.spec.ts'] : ['<rootDir>/src/none'],
};
