import { effectsActions } from './effects-actions.js';

/** For a worker. */
export const remoteEffectsActions = effectsActions('remote');
