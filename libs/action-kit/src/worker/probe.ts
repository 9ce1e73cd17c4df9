import { performProbe } from '../perform/perform-action.js';
import type { SideCall } from './side-calls.js';

/**
 * A question to the author's probe. One that cannot be asked, for want of room or because the worker goes, is not
 * answered at all: whatever is said would count as "unknown" and end the matter, while silence makes the executor ask again.
 */
export const PROBE: SideCall = {
  name: 'probe',
  perform: async (definition, { params }, context) => ({
    ok: true,
    text: JSON.stringify(await performProbe(definition, params, context)),
  }),
  noRoom: null,
  stopped: null,
};
