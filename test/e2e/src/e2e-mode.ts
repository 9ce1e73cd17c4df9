/**
 * How the platform under test is put together; the same specs run in each. Set by the jest project (see
 * `jest.nats.config.mjs` and its like), in-process where nothing is said.
 */
export const E2E_MODES = ['in-process', 'nats', 'worker', 'services', 'services-two'] as const;
export type E2eMode = (typeof E2E_MODES)[number];

export function e2eMode(): E2eMode {
  const given = process.env['ADO_E2E_MODE'] ?? 'in-process';
  const known = E2E_MODES.find((mode) => mode === given);
  if (known === undefined) throw new Error(`ADO_E2E_MODE=${given}: there are ${E2E_MODES.join(', ')}`);
  return known;
}

/** Gateways, executors and projectors, each; null where standalone has all in one process. */
export function servicesOf(mode: E2eMode): number | null {
  return mode === 'services' ? 1 : mode === 'services-two' ? 2 : null;
}

/** The mode of the run where that has a bus that strangers can reach, else one that has. */
export function modeWithBus(): E2eMode {
  const mode = e2eMode();
  return mode === 'in-process' ? 'nats' : mode;
}

/** Where actions run in a worker: as the mode of the run has it, and in-process as `worker` has it. */
export function modeWithWorker(): E2eMode {
  const mode = e2eMode();
  return servicesOf(mode) === null ? 'worker' : mode;
}

/** For tests of what one process alone says or does: its start finds by itself what an earlier run left open. */
export const onStandaloneAlone = (): boolean => servicesOf(e2eMode()) === null;
