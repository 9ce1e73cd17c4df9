/**
 * How the platform under test is put together; the same specs run in each. Set by the jest project (see
 * `jest.nats.config.mjs`, `jest.worker.config.mjs`), in-process where nothing is said.
 */
export const E2E_MODES = ['in-process', 'nats', 'worker'] as const;
export type E2eMode = (typeof E2E_MODES)[number];

export function e2eMode(): E2eMode {
  const given = process.env['ADO_E2E_MODE'] ?? 'in-process';
  const known = E2E_MODES.find((mode) => mode === given);
  if (known === undefined) throw new Error(`ADO_E2E_MODE=${given}: there are ${E2E_MODES.join(', ')}`);
  return known;
}
