/** `npm test`, and `npm test -- <anything jest takes>`. The last line is "N passed, N failed"; it fails if no test ran. */
import { ensureInstalled } from './ensure-install.mjs';
import { runTests } from './run-tests.mjs';

await ensureInstalled();
const { ok, line } = await runTests(process.argv.slice(2));
console.log(line);
process.exitCode = ok ? 0 : 1;
