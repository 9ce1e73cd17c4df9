import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second, as /proc counts CPU time; 100 on every Linux of this age. */
const TICKS_PER_SECOND = 100;
const AFTER_NAME = /^.*\)\s+/s;

/** CPU time of a process so far, user and system, all threads. Microseconds. Linux only: it is read from /proc. */
export function processCpuUs(pid: number, children: 'alone' | 'and ended' = 'alone'): number {
  const ticks = statOf(pid).slice(11, children === 'alone' ? 13 : 15);
  return (ticks.reduce((sum, each) => sum + Number(each), 0) / TICKS_PER_SECOND) * 1_000_000;
}

/** The same for each thread there is now, by its id; that of the main thread is the process's own. */
export function threadsCpuUs(pid: number): ReadonlyMap<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`);
  return new Map(
    threads.map((id) => {
      const [user = 0, system = 0] = statOf(`${pid}/task/${id}`).slice(11, 13).map(Number);
      return [id, ((user + system) / TICKS_PER_SECOND) * 1_000_000];
    }),
  );
}

/** From the third field on, the state. @param place a process's id, or its and a thread's as in /proc */
const statOf = (place: number | string): string[] =>
  readFileSync(`/proc/${place}/stat`, 'utf8').replace(AFTER_NAME, '').split(' ');

/** Null where it has just ended. */
function parentOf(pid: string): number | null {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return null;
  }
}

/** The same of a process, of its children that still run, and of those that it has seen ending. */
export function processTreeCpuUs(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name) && parentOf(name) === pid);
  return children
    .map(Number)
    .reduce((sum, child) => sum + processCpuUs(child), processCpuUs(pid, 'and ended'));
}

/** What of a process's resident memory now is pages of a file, by the end of the file's name. MiB. */
export function mappedMib(pid: number, ending: string): number {
  const mappings = readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings
    .filter((mapping) => mapping.slice(0, mapping.indexOf('\n')).endsWith(ending))
    .reduce((sum, mapping) => sum + Number(/^Rss:\s+(\d+)/m.exec(mapping)?.[1] ?? 0) / 1_024, 0);
}

/** Resident memory of a process now, file pages included, and what of it is its own. MiB. */
export function processMemoryMib(pid: number): { readonly resident: number; readonly own: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024;
  return { resident: mib('VmRSS'), own: mib('RssAnon') };
}
