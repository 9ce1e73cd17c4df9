import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** One call of a handler, as the outside world saw it. */
export interface CallLine {
  readonly action: string;
  /** What was asked for: the `id` of its params. */
  readonly work: string;
  readonly executionId: string;
  readonly effectKey: string;
  readonly attempt: number;
  /** Process that performed it. */
  readonly pid: number;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** Something that was done to the outside world. */
export interface Effect {
  readonly effectKey: string;
  readonly attempt: number;
  readonly pid: number;
  /** Another one each time: two effects of one key are told apart by it. */
  readonly nonce: string;
  readonly atMs: number;
}

/** What a handler gave, written before it ended. */
export interface Given {
  readonly executionId: string;
  readonly attempt: number;
  readonly pid: number;
  /** JSON text. */
  readonly result: string;
}

/** What a probe said of a key. */
export interface Probed {
  readonly effectKey: string;
  readonly wasFound: boolean;
  readonly atMs: number;
}

/**
 * A world outside the platform, in a folder: what handlers were called for, and what they did, a file an effect key. Each
 * call and each effect is one write of the system, so that a process that is killed has done all of it or nothing.
 */
export class EffectFiles {
  private readonly calls: string;
  private readonly given: string;
  private readonly probes: string;
  private readonly byKey: string;

  constructor(folder: string) {
    this.calls = join(folder, 'calls.jsonl');
    this.given = join(folder, 'given.jsonl');
    this.probes = join(folder, 'probes.jsonl');
    this.byKey = join(folder, 'by-key');
    mkdirSync(this.byKey, { recursive: true });
  }

  recordCall(call: CallLine): void {
    appendFileSync(this.calls, `${JSON.stringify(call)}\n`);
  }

  recordGiven(given: Given): void {
    appendFileSync(this.given, `${JSON.stringify(given)}\n`);
  }

  recordProbe(probed: Probed): void {
    appendFileSync(this.probes, `${JSON.stringify(probed)}\n`);
  }

  /** Once more each time, as of a downstream system that knows no keys. */
  add(effect: Effect): void {
    appendFileSync(this.place(effect.effectKey), `${JSON.stringify(effect)}\n`);
  }

  /** As of one that does: all with the same key are the first. @returns the first */
  addOnce(effect: Effect): Effect {
    const place = this.place(effect.effectKey);
    const written = `${place}.${effect.pid}.${effect.nonce}`;
    writeFileSync(written, `${JSON.stringify(effect)}\n`);
    try {
      linkSync(written, place);
      return effect;
    } catch (error) {
      if (!existsSync(place)) throw error;
      return this.first(effect.effectKey) ?? effect;
    } finally {
      unlinkSync(written);
    }
  }

  /** Null where nothing was done under this key. */
  first(effectKey: string): Effect | null {
    return linesOf<Effect>(this.place(effectKey))[0] ?? null;
  }

  readCalls(): CallLine[] {
    return linesOf<CallLine>(this.calls);
  }

  readGiven(): Given[] {
    return linesOf<Given>(this.given);
  }

  readProbes(): Probed[] {
    return linesOf<Probed>(this.probes);
  }

  readEffects(): Effect[] {
    // What a killed process did not get to link was not done.
    const done = readdirSync(this.byKey).filter((name) => !name.includes('.'));
    return done.flatMap((name) => linesOf<Effect>(join(this.byKey, name)));
  }

  private place(effectKey: string): string {
    return join(this.byKey, effectKey);
  }
}

function linesOf<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line): T => JSON.parse(line));
}
