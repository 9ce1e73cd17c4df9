/**
 * `npm run e2e-whole [-- MODE …]`: the whole end-to-end suite in these modes, by default in all but the in-process one:
 * on NATS, with a worker, in all ways to offer an action, on services, on two of each; a stranger's first minutes, by the
 * tutorial; the sample actions; a short round of every torture, services included; 2,000 runs of the simulation; and the
 * benches, small. `npm test` runs a part of most; CI runs this besides. The last line is "N passed, N failed".
 */
import { ensureInstalled } from './ensure-install.mjs';
import { runTests } from './run-tests.mjs';

const MODES = [
  'nats',
  'worker',
  'ways',
  'services',
  'services-two',
  'stranger',
  'examples',
  'torture',
  'simulation',
  'bench',
];
/** What is no make of the platform: jest's project has the same name. */
const PROJECTS = ['torture', 'simulation', 'bench'];

const asked = process.argv.slice(2);
const unknown = asked.filter((mode) => !MODES.includes(mode));
if (unknown.length > 0) {
  console.error(`no such mode: ${unknown.join(', ')}; there are ${MODES.join(', ')}`);
  process.exit(2);
}
const modes = asked.length > 0 ? asked : MODES;
process.env['ADO_E2E_WHOLE'] = modes.join(',');
await ensureInstalled();
const { ok, line } = await runTests([
  '--selectProjects',
  ...modes.map((mode) => (PROJECTS.includes(mode) ? mode : `e2e-${mode}`)),
]);
console.log(line);
process.exitCode = ok ? 0 : 1;
