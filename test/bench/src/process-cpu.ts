import { readFileSync } from 'node:fs';

/** Kernel ticks a second, as /proc counts CPU time; 100 on every Linux of this age. */
const TICKS_PER_SECOND = 100;
const AFTER_NAME = /^.*\)\s+/s;

/** CPU time of a process so far, user and system, all threads. Microseconds. Linux only: it is read from /proc. */
export function processCpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(AFTER_NAME, '').split(' ');
  const [user = 0, system = 0] = [fields[11], fields[12]].map(Number);
  return ((user + system) / TICKS_PER_SECOND) * 1_000_000;
}

/** Resident memory of a process now, file pages included, and what of it is its own. MiB. */
export function processMemoryMib(pid: number): { readonly resident: number; readonly own: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024;
  return { resident: mib('VmRSS'), own: mib('RssAnon') };
}
