import { type Finding, fail, ok } from './finding.js';

const MAJOR_MIN = 20;
const MINOR_MIN = 19;

/** @param version such as 20.19.3 */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MAJOR_MIN || (major === MAJOR_MIN && minor >= MINOR_MIN)
    ? ok('node', `Node ${version}.`)
    : fail('node', `Node ${version} is too old.`, `Install Node ${MAJOR_MIN}.${MINOR_MIN} or newer.`);
}
