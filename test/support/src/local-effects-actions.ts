import { effectsActions } from './effects-actions.js';

/** For `DO_ACTIONS` of executors. */
export const localEffectsActions = effectsActions('local');
