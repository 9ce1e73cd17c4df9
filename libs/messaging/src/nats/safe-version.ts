import { UnsafeNatsServer } from './nats-errors.js';

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)/;

/**
 * CVE-2023-47090: an authorization block with only a system account lets anybody in.
 * @throws UnsafeNatsServer before 2.9.23, for 2.10.0 and 2.10.1, and where the version cannot be read
 */
export function assertSafeVersion(version: string): void {
  const [, major, minor, patch] = (VERSION.exec(version) ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) throw new UnsafeNatsServer(version);
  if (major > 2) return;
  const isSafe = major === 2 && (minor > 10 || (minor === 10 && patch >= 2) || (minor === 9 && patch >= 23));
  if (!isSafe) throw new UnsafeNatsServer(version);
}
