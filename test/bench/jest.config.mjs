import { preset } from '../../jest.preset.mjs';

/** Benches that are run, small, from end to end: that they work tells of no promise, and costs much. CI runs them. */
const WHOLE_BENCHES = ['log/run-log-bench', 'views/run-views-bench'];
const isWhole = (process.env.ADO_E2E_WHOLE ?? '').split(',').includes('bench');

export default {
  ...preset('bench'),
  testPathIgnorePatterns: isWhole ? [] : WHOLE_BENCHES.map((name) => `/src/${name}\\.int\\.spec\\.ts$`),
};
