export { readConfig, type StandaloneConfig } from './config.js';
export { type RunningStandalone, startStandalone } from './start-standalone.js';
