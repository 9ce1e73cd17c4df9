import { type Fault, type Random, type SimWorld, type Step, WRITE_FAULTS } from '@action-do/test-support';
import { ACTIONS, DEEDS } from '../world/sim-actions.js';
import type { SimCallers, Work } from '../world/sim-callers.js';
import { LEASE_MS } from '../world/sim-executor.js';
import type { Role, SimFleet } from '../world/sim-fleet.js';
import { type FaultCounts, type FaultName, noFaults } from './fault-counts.js';

const VERBS = ['cancel', 'cancel', 'undo', 'undo', 'retry', 'resolve'] as const;
const OF_DONE = ['undo'] as const;
const OF_PARKED = ['retry', 'resolve'] as const;
const KEYS = ['k1', 'k2'];
const KILLS_MAX = 3;
/** Of a time in which no write is answered well. */
const BAD_SPELL_MS_MAX = 8_000;
const PAUSE_MS_MAX = 2 * LEASE_MS;
const CUT_MS_MAX = 2 * LEASE_MS;
const CLOCK_OFF_MS_MAX = 10_000;
const DRAIN_MS_MAX = 2_000;
/** Until another process is there in its place. */
const RESTART_MS_MAX = 3_000;
const CLOCK_JUMP_MS_MAX = 45_000;

const OF_WRITE: Record<(typeof WRITE_FAULTS)[number], FaultName> = {
  'written-unknown': 'write answered late or never: written (row 16)',
  'lost-unknown': 'write answered late or never: lost (row 16)',
  'late-unknown': 'write answered never, lands later (row 16)',
  unavailable: 'store away',
};

/** Lives through one history of calls and faults in an order that `random` decides. */
export class RandomLife {
  readonly faults: FaultCounts = noFaults();
  /** Places in the history from which and to which something was wrong with the platform. */
  readonly troubles: (readonly [from: number, to: number])[] = [];
  private kills = 0;
  private readonly stopping = new Set<string>();
  private storeIsBad = false;
  private readonly asked: Work[] = [];
  /** What is not as it should be, and when that ends by itself. */
  private readonly ends: { readonly atMs: number; readonly end: () => void }[] = [];

  constructor(
    private readonly fleet: SimFleet,
    private readonly callers: SimCallers,
    private readonly random: Random,
    /** 0 = nothing goes wrong. */
    private readonly rage: number,
  ) {}

  private get world(): SimWorld {
    return this.fleet.world;
  }

  async goOn(): Promise<void> {
    this.endWhatIsOver();
    const dice = this.random();
    const mischief = dice * (1 / 0.06);
    if (dice < 0.06 && mischief < this.rage) await this.mischief();
    else if (dice >= 0.06 && dice < 0.13) this.ask();
    else if (dice >= 0.13 && dice < 0.155) this.order();
    else if (dice >= 0.155 && dice < 0.16) this.hintAll();
    else if (dice >= 0.16 && dice < 0.18) await this.delay();
    else if (dice > 0.8 && this.rage > 0 && this.fleet.outside.undoing.size > 0)
      this.kill(this.oneThatUndoes());
    else await this.release();
  }

  /** Time passes, whatever is on its way. */
  private async delay(): Promise<void> {
    if (this.world.steps.some((step) => this.world.isReady(step)))
      this.faults['time passes before what is on its way arrives']++;
    await this.tick();
  }

  /** Everything is well from now on: whoever stands still goes on, and the clocks are right. */
  calmDown(): void {
    for (const { end } of this.ends.splice(0)) end();
  }

  /** Lets time pass, and ends what was to end by then. */
  async tick(): Promise<boolean> {
    const went = await this.world.tick();
    this.endWhatIsOver();
    return went;
  }

  private endWhatIsOver(): void {
    for (const what of [...this.ends])
      if (what.atMs <= this.world.nowMs) {
        this.ends.splice(this.ends.indexOf(what), 1);
        what.end();
      }
  }

  private ask(): void {
    const again = this.asked.length > 0 && this.random() < 0.4;
    const work = again ? (this.asked[this.below(this.asked.length)] ?? this.newWork()) : this.newWork();
    this.asked.push(work);
    this.callers.call(work);
  }

  /** Of what is parked for good now, an operator settles a part. */
  settleParked(): void {
    for (const { executionId } of this.fleet.projector?.parked() ?? []) {
      const verb = OF_PARKED[this.below(2 * OF_PARKED.length)];
      if (verb !== undefined) this.callers.order(verb, executionId, this.outcome());
    }
  }

  /** A word of an operator about some execution that there is, or was. */
  private order(): void {
    const of = (wanted: string) => this.world.written.filter(({ type }) => type === wanted);
    // What is parked waits for an operator above all.
    const parked = of('ActionOutcomeUnknown');
    const done = of('ActionSucceeded');
    const ofParked = parked.length > 0 && this.random() < 0.6;
    const ofDone = !ofParked && done.length > 0 && this.random() < 0.6;
    const events = ofParked ? parked : ofDone ? done : of('ActionRequested');
    const verbs = ofParked ? OF_PARKED : ofDone ? OF_DONE : VERBS;
    const id = events[this.below(events.length)]?.metadata['executionId'];
    if (id === undefined) return;
    this.callers.order(verbs[this.below(verbs.length)] ?? 'cancel', id, this.outcome());
  }

  /** What an operator may have found out. */
  private outcome() {
    if (this.random() < 0.5) return { result: { by: 'hand', attempt: 1 } };
    return { error: { message: 'by hand', effect: 'none' as const } };
  }

  /** Hints that come at a wrong time, and to several: a projector started anew, a message twice. */
  private hintAll(): void {
    const { written } = this.world;
    const undos = written.filter(({ type }) => type.startsWith('ActionUndo'));
    const events = undos.length > 0 && this.random() < 0.7 ? undos : written;
    const stream = events[events.length - 1 - this.below(Math.min(3, events.length))]?.streamId;
    if (stream === undefined) return;
    this.faults['all told at once to recover']++;
    for (const { executor } of this.fleet.executors.values())
      void executor.recoverExecutions.recoverHinted([stream]).catch(() => {});
  }

  private newWork(): Work {
    const names = Object.keys(ACTIONS);
    const action = names[this.below(names.length)] ?? '';
    // Sometimes more trouble than the action has attempts.
    const deeds = this.below(this.random() < 0.1 ? 7 : 3);
    const first = Array.from({ length: deeds }, () => DEEDS[this.below(DEEDS.length)]);
    const params = { id: `p${this.below(2)}`, first };
    const key = this.random() < 0.5 ? undefined : KEYS[this.below(KEYS.length)];
    return { action, key, params, waitMs: this.random() < 0.2 ? 0 : 2_000 };
  }

  private async release(): Promise<void> {
    const ready = this.world.steps.filter((step) => this.world.isReady(step));
    const place = this.below(ready.length);
    const step = ready[place];
    if (step === undefined) {
      if (this.random() < 0.3) this.ask();
      else await this.tick();
      return;
    }
    if (place > 0) this.faults['out of order']++;
    await this.world.release(step, this.faultOf(step));
  }

  private faultOf(step: Step): Fault | undefined {
    const strikes = this.random() < 0.08 * this.rage;
    const { kind, owner } = step;
    // A write of who stands still may land; that it learns of it would be going on.
    if (kind === 'write' && (strikes || this.storeIsBad) && !this.world.isPaused(owner)) {
      const fault = WRITE_FAULTS[this.below(WRITE_FAULTS.length)] ?? 'unavailable';
      this.note(OF_WRITE[fault]);
      return fault;
    }
    if (kind === 'read' && (this.storeIsBad || (strikes && this.random() < 0.3))) {
      this.note('store away');
      return 'unavailable';
    }
    if (!strikes) return undefined;
    if (kind === 'reply') {
      this.note('answer lost (row 17)');
      return 'drop';
    }
    if (kind !== 'message') return undefined;
    const fault = this.random() < 0.5 ? 'drop' : 'duplicate';
    this.note(fault === 'drop' ? 'message lost' : 'message twice');
    return fault;
  }

  private async mischief(): Promise<void> {
    const dice = this.random();
    if (dice < 0.27) this.kill(this.oneOf(this.fleet.living(this.role())));
    else if (dice < 0.35) this.stop();
    else if (dice < 0.6) await this.pause();
    else if (dice < 0.75) await this.cut();
    else if (dice < 0.88) this.jump();
    else if (dice < 0.96) await this.badSpell();
    else await this.killStore();
    await this.world.calm();
  }

  private async badSpell(): Promise<void> {
    this.storeIsBad = true;
    this.later(BAD_SPELL_MS_MAX, () => {
      this.storeIsBad = false;
    });
    // Half of the time for longer than a caller waits for a claim in doubt.
    if (this.random() < 0.5) await this.passes(this.below(BAD_SPELL_MS_MAX));
  }

  private async killStore(): Promise<void> {
    this.note('store dies');
    this.storeIsBad = true;
    this.later(RESTART_MS_MAX, () => {
      this.storeIsBad = false;
    });
    const lands = (): boolean => this.random() < 0.5;
    await this.world.killStore(lands, (landed) =>
      this.note(landed ? 'store dies: a write that waited lands' : 'store dies: a write that waited is lost'),
    );
  }

  private kill(name: string): void {
    if (name === '' || this.kills >= KILLS_MAX) return;
    this.kills++;
    const landing = this.random() < 0.3;
    const role = this.fleet.kill(name, landing);
    this.note(landing && role === 'executor' ? 'executor killed, its writes land' : `${role} killed`);
    this.later(RESTART_MS_MAX, () => this.fleet.startOne(role));
  }

  /** SIGTERM, with some time to drain; another one is started while it ends. */
  private stop(): void {
    const name = this.oneOf(this.fleet.living('executor'));
    const executor = this.fleet.executors.get(name);
    if (executor === undefined || this.stopping.has(name)) return;
    this.stopping.add(name);
    this.note('executor stopped');
    void executor.stop(this.below(DRAIN_MS_MAX)).then(() => {
      if (this.world.isDead(name)) return;
      this.fleet.kill(name, false);
      this.fleet.startOne('executor');
    });
  }

  private role(): Role {
    const dice = this.random();
    if (dice < 0.25 && this.fleet.shape.workers > 0) return 'worker';
    if (dice < 0.75) return 'executor';
    return dice < 0.88 ? 'gateway' : 'projector';
  }

  /** SIGSTOP. Half of the time the others live on meanwhile, until it must seem dead to them. */
  private async pause(): Promise<void> {
    const name = this.random() < 0.6 ? this.oneAtWork() : this.oneOf(this.fleet.living());
    if (name === '' || this.world.isPaused(name)) return;
    const sinceMs = this.world.nowMs;
    this.world.pause(name);
    this.later(PAUSE_MS_MAX, () => {
      this.note(this.world.nowMs - sinceMs > LEASE_MS ? 'paused beyond the lease' : 'paused');
      this.world.resume(name);
    });
    if (this.random() < 0.5) await this.passes(LEASE_MS + this.below(LEASE_MS));
  }

  /** An executor that has something to lose; any, where none has. */
  private oneAtWork(): string {
    const { executors } = this.fleet;
    const atWork = [...executors].flatMap(([name, { executor }]) =>
      executor.admissions.size > 0 ? [name] : [],
    );
    return this.oneOf(atWork.length > 0 ? atWork : [...executors.keys()]);
  }

  /** Few executions are ever undone: what undoes one is sought out. */
  private oneThatUndoes(): string {
    const living = this.fleet.living();
    return this.oneOf(
      [...this.fleet.outside.undoing].map(({ by }) => by).filter((by) => living.includes(by)),
    );
  }

  private async cut(): Promise<void> {
    const name = this.oneOf(this.fleet.living());
    if (this.fleet.network.isCutOff(name)) return;
    this.note('cut off from the bus');
    this.fleet.network.cut(name);
    this.later(CUT_MS_MAX, () => this.fleet.network.mend(name));
    if (this.random() < 0.3) await this.passes(LEASE_MS + this.below(LEASE_MS));
  }

  /** Time passes, and whoever can goes on. Milliseconds. */
  async passes(ms: number): Promise<void> {
    const untilMs = this.world.nowMs + ms;
    while (this.world.nowMs < untilMs) {
      const step = this.world.steps.find((ready) => this.world.isReady(ready));
      if (step) await this.world.release(step, this.storeIsBad ? this.faultOf(step) : undefined);
      else if (!(await this.tick())) return;
    }
  }

  private jump(): void {
    const name = this.oneOf(this.fleet.living());
    this.note('clock jumps');
    this.world.setOff(name, Math.floor((this.random() * 2 - 1) * CLOCK_JUMP_MS_MAX));
    this.later(CLOCK_OFF_MS_MAX, () => this.world.setOff(name, 0));
  }

  private later(msMax: number, end: () => void): void {
    const from = this.world.history.length;
    const ends = (): void => {
      this.troubles.push([from, this.world.history.length]);
      end();
    };
    this.ends.push({ atMs: this.world.nowMs + this.below(msMax), end: ends });
  }

  private note(fault: FaultName): void {
    this.faults[fault]++;
    const at = this.world.history.length;
    this.troubles.push([at, at]);
  }

  private oneOf(names: readonly string[]): string {
    return names[this.below(names.length)] ?? '';
  }

  private below(count: number): number {
    return Math.floor(this.random() * count);
  }
}
