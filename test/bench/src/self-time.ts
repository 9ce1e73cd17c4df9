import { readFileSync } from 'node:fs';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const NOT_WORK = new Set(['(idle)', '(root)']);

export interface SelfTime {
  readonly place: string;
  /** Share of the busy time, 0 to 1. */
  readonly share: number;
}

/**
 * Where the time of a CPU profile went, the function itself without what it called, the largest first.
 * @param sinceUs what was before counts for nothing: loading and warming up. By the clock of `process.hrtime`, which is
 *  the machine's, so that one process can say it of another.
 */
export function selfTimes(file: string, sinceUs: number, limit = 40): SelfTime[] {
  const { nodes, samples, startTime, timeDeltas }: CpuProfile = JSON.parse(readFileSync(file, 'utf8'));
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  let atUs = startTime;
  samples.forEach((id, index) => {
    const us = Math.max(0, timeDeltas[index] ?? 0);
    atUs += us;
    const place = places.get(id) ?? '?';
    if (atUs < sinceUs || NOT_WORK.has(place)) return;
    busy += us;
    times.set(place, (times.get(place) ?? 0) + us);
  });
  return [...times]
    .map(([place, us]) => ({ place, share: us / busy }))
    .sort((a, b) => b.share - a.share)
    .slice(0, limit);
}

/** `function file:line`, the file from its package on. */
function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.replace(/^.*\/(node_modules|apps|libs|examples|test)\//, '');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}
