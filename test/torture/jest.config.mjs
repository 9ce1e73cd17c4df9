import { preset } from '../../jest.preset.mjs';

/** Rounds that start the platform, or a stack of services, again and again: `npm test` has no time for them. CI runs them. */
const OF_MANY_STARTS = ['event-log', 'fleet', 'hostile', 'kill', 'projector', 'services'];
const isWhole = (process.env.ADO_E2E_WHOLE ?? '').split(',').includes('torture');

export default {
  ...preset('torture'),
  testPathIgnorePatterns: isWhole ? [] : OF_MANY_STARTS.map((name) => `/src/${name}\\.int\\.spec\\.ts$`),
};
