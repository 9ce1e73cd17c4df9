import { preset } from '../../jest.preset.mjs';

/** Rounds that start a stack of services: half a minute each, which `npm test` has no time for. CI runs them. */
const ON_SERVICES = ['event-log', 'fleet', 'services'];
const isWhole = (process.env.ADO_E2E_WHOLE ?? '').split(',').includes('torture');

export default {
  ...preset('torture'),
  testPathIgnorePatterns: isWhole ? [] : ON_SERVICES.map((name) => `/src/${name}\\.int\\.spec\\.ts$`),
};
