/** Bundles the programs of what is built already, where that is newer: the last step of `npm run build` and of infra/Dockerfile. */
import { bundlePrograms } from './bundle/bundle-programs.mjs';

process.exitCode = (await bundlePrograms()) ? 0 : 1;
