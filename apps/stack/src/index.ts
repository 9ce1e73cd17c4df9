export { STACK_VARIABLES } from './config.js';
export type { StackOptions } from './stack-options.js';
export type { StackService } from './stack-service.js';
export { type RunningStack, startStack } from './start-stack.js';
