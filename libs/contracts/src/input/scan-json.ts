import { BodyScan } from './body-scan.js';
import { inputProblem } from './faults.js';
import { formatPath } from './format-path.js';
import type { InputLimits } from './input-limits.js';
import type { ScanResult } from './input-problem.js';

// The one scanner of everything that comes from outside as JSON. It reads the bytes once, before JSON.parse, and refuses
// what JSON.parse would refuse, change, or accept at too high a price. It builds no value.
//
// S1 What it accepts, JSON.parse accepts, and no member, digit beyond N3 or character is lost there.
// S2 Work and memory are linear in the bytes, and no input makes it recurse.
// S3 The first problem in byte order is the one reported; a string's length and a number's range count from its start.
// S4 No value of the body gets into a problem: only keys do, shortened and escaped (format-path.ts).

const ACCEPTED: ScanResult = Object.freeze({ ok: true });

/**
 * Whether a body is one JSON value (RFC 8259, UTF-8) within the limits that everyone downstream may rely on. Numbers:
 * rules N1 to N4 in scan-number.ts. Keys are compared as they read after unescaping, without Unicode normalisation.
 *
 * @param bytes the body as it came, nothing stripped
 * @returns the first problem, for an answer 400 (413 for BODY_TOO_LARGE); never throws
 */
export function scanJson(bytes: Uint8Array, limits: InputLimits): ScanResult {
  const scan = new BodyScan(bytes, limits);
  const fault = scan.body();
  if (fault === undefined) return ACCEPTED;
  return { ok: false, problem: inputProblem(fault, formatPath(scan.path()), scan.offset(), limits) };
}
