/**
 * Whether tests that need a program can run: `(canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip)`.
 * @throws Error in CI, which installs everything that tests need: there a skip would hide a failure
 */
export function canRun(program: string | null, name: string): boolean {
  if (program !== null) return true;
  if (process.env['CI']) throw new Error(`${name} is not installed: .ci/run has to install it`);
  return false;
}
