export { STACK_VARIABLES } from './config.js';
export type { StackService } from './stack-service.js';
export { type RunningStack, type StackOptions, startStack } from './start-stack.js';
