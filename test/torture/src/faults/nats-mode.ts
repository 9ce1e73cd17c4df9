import { faultMode } from './fault-mode.js';

/**
 * kill -9 of nats-server under load, with a new one at the same address. Platform and worker live on, so whatever was
 * under way comes to its own end: nothing is in doubt.
 */
export const nats = faultMode({
  about: 'kill -9 of nats-server under 32 concurrent callers; nothing may be lost, doubled or in doubt',
  roundsDefault: 20,
  strike: (system) => system.killAndStartNats(),
  mayBeUnknown: false,
});
