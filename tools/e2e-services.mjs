/**
 * `npm run e2e-services`: the whole end-to-end suite on services, one of each and then two of each. `npm test` runs a part
 * of it; CI runs this besides. Takes what jest takes. The last line is "N passed, N failed".
 */
import { ensureInstalled } from './ensure-install.mjs';
import { runTests } from './run-tests.mjs';

process.env['ADO_E2E_WHOLE'] = '1';
await ensureInstalled();
const modes = ['--selectProjects', 'e2e-services', 'e2e-services-two', '--'];
const { ok, line } = await runTests([...modes, ...process.argv.slice(2)]);
console.log(line);
process.exitCode = ok ? 0 : 1;
