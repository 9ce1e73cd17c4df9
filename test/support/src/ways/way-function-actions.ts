import { wayActions } from './way-actions.js';

/** For `DO_ACTIONS` of executors. */
export const functions = wayActions('function');
