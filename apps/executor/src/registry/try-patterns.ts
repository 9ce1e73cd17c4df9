import type { Matches } from '@action-do/domain';
import { bounded } from './bounded.js';

/** For all patterns of one registration together: as long as one check of params may keep everybody waiting. */
const TOGETHER_MS_MAX = 250;

/** Tries the patterns of a contract as ajv does, each within the bound of a check; once the time is up it tries none. */
export function tryPatterns(): Matches {
  let leftMs = TOGETHER_MS_MAX;
  return (pattern, text) => {
    if (leftMs <= 0) return null;
    // What passes while it runs, whatever clock the executor has.
    const beganMs = performance.now();
    const matches = bounded(() => new RegExp(pattern, 'u').test(text), TOGETHER_MS_MAX);
    leftMs = matches === null ? 0 : leftMs - (performance.now() - beganMs);
    return matches;
  };
}
