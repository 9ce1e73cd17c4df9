import { readFileSync } from 'node:fs';
import { sourceOf } from './bundled-source.js';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
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

/** Where the time of one thread went, the largest first. */
export interface TimesOfThread {
  /** By package: native code and Node's own counts for whoever called it. */
  readonly packages: readonly SelfTime[];
  /** By function, itself without what it called. */
  readonly functions: readonly SelfTime[];
}

/**
 * Reads a CPU profile of Node's.
 * @param sinceUs what was before counts for nothing: loading and warming up. By the clock of `process.hrtime`, which is
 *  the machine's, so that one process can say it of another.
 */
export function selfTimes(file: string, sinceUs: number, limit = 40): TimesOfThread {
  const profile: CpuProfile = JSON.parse(readFileSync(file, 'utf8'));
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, inSource(callFrame)]));
  const callers = new Map<number, number>();
  for (const { id, children } of profile.nodes) for (const child of children ?? []) callers.set(child, id);
  const packageOfNode = (id: number): string => {
    for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
      const owner = packageOf(frames.get(at)?.url ?? '');
      if (owner !== null) return owner;
    }
    return frames.get(id)?.functionName === '(garbage collector)' ? '(garbage collector)' : '(Node itself)';
  };
  return {
    packages: shares(profile, sinceUs, packageOfNode).slice(0, limit),
    functions: shares(profile, sinceUs, (id) => placeOf(frames.get(id))).slice(0, limit),
  };
}

function inSource(frame: CallFrame): CallFrame {
  const { url, line } = sourceOf({ url: frame.url, line: frame.lineNumber });
  return { ...frame, url, lineNumber: line };
}

function shares(profile: CpuProfile, sinceUs: number, nameOf: (id: number) => string): SelfTime[] {
  const { nodes, samples, startTime, timeDeltas } = profile;
  const names = new Map(nodes.map(({ id }) => [id, nameOf(id)]));
  const idle = new Set(
    nodes.filter(({ callFrame }) => NOT_WORK.has(callFrame.functionName)).map(({ id }) => id),
  );
  const times = new Map<string, number>();
  let busy = 0;
  let atUs = startTime;
  samples.forEach((id, index) => {
    const us = Math.max(0, timeDeltas[index] ?? 0);
    atUs += us;
    if (atUs < sinceUs || idle.has(id)) return;
    busy += us;
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + us);
  });
  return [...times].map(([place, us]) => ({ place, share: us / busy })).sort((a, b) => b.share - a.share);
}

/** Null for what belongs to nobody: Node's own code, and what has no source. */
function packageOf(url: string): string | null {
  const installed = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return installed ?? /\/((?:apps|libs|examples|test)\/[^/]+)\//.exec(url)?.[1] ?? null;
}

/** `function file:line`, the file from its package on. */
function placeOf(frame: CallFrame | undefined): string {
  const { functionName = '', url = '', lineNumber = 0 } = frame ?? {};
  const file = url.replace(/^.*\/(node_modules|apps|libs|examples|test)\//, '');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}
