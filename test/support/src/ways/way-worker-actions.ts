import { wayActions } from './way-actions.js';

/** For a worker. */
export const inWorker = wayActions('worker');
