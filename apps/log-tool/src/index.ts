export { runLogTool, type Surroundings } from './run-log-tool.js';
