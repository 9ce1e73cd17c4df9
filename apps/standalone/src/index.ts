export { readConfig, STANDALONE_VARIABLES, type StandaloneConfig } from './config.js';
export { type RunningStandalone, startStandalone } from './start-standalone.js';
